//! Tests of the virtual file system through its public face.

use super::*;

fn vfs() -> (Vfs, Cred) {
    let vfs = Vfs::new(Fs::new("tmpfs", 0));
    let cred = Cred::root(1_000);
    vfs.mkdir_all(&cred, "/root/a/b", 0o755).unwrap();
    vfs.write_file(&cred, "/root/f", b"hello\n").unwrap();
    (vfs, cred)
}

#[test]
fn files_and_directories() {
    let (vfs, cred) = vfs();
    assert_eq!(
        &**vfs.read_file(&cred, "/root//a/../f").unwrap(),
        b"hello\n"
    );
    assert_eq!(
        vfs.read_file(&cred, "/root/nope").unwrap_err(),
        Errno::ENOENT
    );
    assert_eq!(
        vfs.read_file(&cred, "/root/f/x").unwrap_err(),
        Errno::ENOTDIR
    );
    assert_eq!(vfs.read_file(&cred, "/root/f/").err(), Some(Errno::ENOTDIR));
    assert_eq!(vfs.read_file(&cred, "/root").unwrap_err(), Errno::EISDIR);
    assert_eq!(vfs.mkdir(&cred, "/root/a", 0o755), Err(Errno::EEXIST));
    assert_eq!(vfs.rmdir(&cred, "/root/a"), Err(Errno::ENOTEMPTY));
    assert_eq!(vfs.unlink(&cred, "/root/a"), Err(Errno::EISDIR));
    vfs.rename(&cred, "/root/a", "/root/c").unwrap();
    assert_eq!(
        vfs.rename(&cred, "/root/c", "/root/c/b/d"),
        Err(Errno::EINVAL)
    );
    vfs.remove_all(&cred, "/root/c").unwrap();
    let names: Vec<_> = vfs
        .read_dir(&cred, "/root")
        .unwrap()
        .into_iter()
        .map(|(name, _)| name.to_string())
        .collect();
    assert_eq!(names, ["f"]);
}

#[test]
fn links_are_followed_and_bounded() {
    let (vfs, cred) = vfs();
    vfs.symlink(&cred, "f", "/root/l").unwrap();
    vfs.symlink(&cred, "/root", "/r").unwrap();
    vfs.symlink(&cred, "loop", "/loop").unwrap();
    assert_eq!(vfs.real_path(&cred, "/r/l").unwrap(), "/root/f");
    assert_eq!(vfs.real_path(&cred, "/loop").unwrap_err(), Errno::ELOOP);
    assert_eq!(&*vfs.read_link(&cred, "/root/l").unwrap(), "f");
    vfs.write_file(&cred, "/r/l", b"x").unwrap();
    assert_eq!(&**vfs.read_file(&cred, "/root/f").unwrap(), b"x");
    vfs.link(&cred, "/root/f", "/root/g").unwrap();
    assert_eq!(vfs.stat(&cred, "/root/g").unwrap().inode.nlink, 2);
}

#[test]
fn mounts_share_hide_and_refuse() {
    let (vfs, cred) = vfs();
    let volume = Fs::new("tmpfs", 0);
    vfs.mount("/data", volume.clone(), false, 0).unwrap();
    let other = Vfs::new(Fs::new("overlay", 0));
    other.mount("/mnt/deep", volume.clone(), true, 0).unwrap();
    vfs.write_file(&cred, "/data/x", b"1").unwrap();
    assert_eq!(&**other.read_file(&cred, "/mnt/deep/x").unwrap(), b"1");
    assert_eq!(
        other.write_file(&cred, "/mnt/deep/x", b"2"),
        Err(Errno::EROFS)
    );
    assert_eq!(vfs.real_path(&cred, "/data/../root/f").unwrap(), "/root/f");
    assert_eq!(vfs.rmdir(&cred, "/data"), Err(Errno::EBUSY));
    assert_eq!(vfs.rename(&cred, "/data/x", "/root/x"), Err(Errno::EXDEV));
    other.mount_part("/etc/one", volume, "x", true, 0).unwrap();
    assert_eq!(&**other.read_file(&cred, "/etc/one").unwrap(), b"1");
    vfs.unmount("/data").unwrap();
    assert!(!vfs.exists(&cred, "/data/x"));
}

#[test]
fn permissions_and_limits() {
    let (vfs, root) = vfs();
    let user = Cred {
        uid: 1000,
        gid: 1000,
        ..Cred::root(5)
    };
    assert_eq!(vfs.write_file(&user, "/root/f", b"no"), Err(Errno::EACCES));
    assert_eq!(
        vfs.write_file(&user, "/root/new", b"no"),
        Err(Errno::EACCES)
    );
    vfs.mkdir(&root, "/tmp", 0o777).unwrap();
    vfs.chmod(&root, "/tmp", 0o1777).unwrap();
    vfs.write_file(&user, "/tmp/mine", b"yes").unwrap();
    vfs.write_file(&root, "/tmp/his", b"yes").unwrap();
    assert_eq!(vfs.unlink(&user, "/tmp/his"), Err(Errno::EPERM));
    vfs.unlink(&user, "/tmp/mine").unwrap();
    vfs.chmod(&root, "/root", 0o700).unwrap();
    assert_eq!(vfs.read_file(&user, "/root/f").unwrap_err(), Errno::EACCES);
    vfs.root().set_limit(20);
    assert_eq!(vfs.write_file(&root, "/big", &[0; 100]), Err(Errno::ENOSPC));
}

#[test]
fn snapshots_share_until_written() {
    let (vfs, cred) = vfs();
    let copy = Vfs::new(Fs::from_tree("overlay", vfs.root().snapshot()));
    copy.write_file(&cred, "/root/f", b"changed").unwrap();
    assert_eq!(&**vfs.read_file(&cred, "/root/f").unwrap(), b"hello\n");
    let file = vfs.open_regular(&cred, "/root/f", OpenFlags::READ).unwrap();
    vfs.unlink(&cred, "/root/f").unwrap();
    assert_eq!(file.read(100).unwrap(), b"hello\n");
    drop(file);
    assert_eq!(vfs.root().usage().0, 0);
}

#[test]
fn what_can_be_made_again_is_made_again_until_it_is_changed() {
    let made = Rc::new(std::cell::Cell::new(0));
    let shelf = Shelf::default();
    let with_recipe = || {
        let count = Rc::clone(&made);
        let recipe = move || {
            count.set(count.get() + 1);
            vfs().0.root().snapshot()
        };
        let fs = Fs::from_tree("overlay", recipe());
        fs.set_recipe(Rc::new(recipe), &shelf);
        Vfs::new(fs)
    };
    let (kept, changed, open) = (with_recipe(), with_recipe(), with_recipe());
    let cred = Cred::root(1_000);
    changed.write_file(&cred, "/root/f", b"changed").unwrap();
    let file = open
        .open_regular(&cred, "/root/f", OpenFlags::READ)
        .unwrap();
    let others: Vec<_> = (0..1000).map(|_| with_recipe()).collect();
    made.set(0);
    assert_eq!(kept.root().usage(), others[0].root().usage());
    assert_eq!(made.get(), 0);
    assert_eq!(&**kept.read_file(&cred, "/root/f").unwrap(), b"hello\n");
    assert_eq!(made.get(), 1);
    assert_eq!(&**changed.read_file(&cred, "/root/f").unwrap(), b"changed");
    assert_eq!(file.read(100).unwrap(), b"hello\n");
    assert_eq!(made.get(), 1);
}

#[test]
fn a_recipe_is_followed_when_somebody_looks() {
    let made = Rc::new(std::cell::Cell::new(0));
    let count = Rc::clone(&made);
    let recipe = move || {
        count.set(count.get() + 1);
        vfs().0.root().snapshot()
    };
    let fs = Fs::from_recipe("tmpfs", Rc::new(recipe), &Shelf::default());
    let outer = vfs().0;
    let cred = Cred::root(1_000);
    outer.mount("/root", fs.clone(), true, 1_000).unwrap();
    assert_eq!(made.get(), 0);
    assert_eq!(
        &**outer.read_file(&cred, "/root/root/f").unwrap(),
        b"hello\n"
    );
    assert_eq!((made.get(), fs.usage().0), (1, 6));
}

#[test]
fn parents_are_made_only_where_there_are_none() {
    let (vfs, cred) = vfs();
    vfs.symlink(&cred, "root", "/link").unwrap();
    vfs.symlink(&cred, "nowhere", "/dangling").unwrap();
    vfs.mkdir_all(&cred, "/link/a/b", 0o755).unwrap();
    assert!(vfs.is_dir(&cred, "/root/a/b"));
    vfs.mkdir_all(&cred, "/link/a/b/", 0o755).unwrap();
    for path in ["/root/f", "/root/f/x", "/dangling"] {
        assert_eq!(vfs.mkdir_all(&cred, path, 0o755), Err(Errno::ENOTDIR));
    }
}

#[test]
fn a_directory_seen_as_the_root() {
    let root = Cred::root(0);
    let (vfs, disk) = (Vfs::new(Fs::new("overlay", 0)), Fs::new("ext4", 0));
    let on_disk = Vfs::new(disk.clone());
    on_disk.mkdir_all(&root, "/etc/deep", 0o755).unwrap();
    on_disk.write_file(&root, "/etc/name", b"disk").unwrap();
    on_disk.symlink(&root, "/etc", "/link").unwrap();
    vfs.mount("/host", disk.clone(), false, 0).unwrap();
    vfs.mount("/host/mnt", Fs::new("tmpfs", 0), true, 0)
        .unwrap();
    vfs.mount("/hostile", Fs::new("tmpfs", 0), true, 0).unwrap();
    let inside = vfs.rooted_at(&root, "/host").unwrap();
    assert!(inside.root().same(&disk));
    assert_eq!(**inside.read_file(&root, "/link/name").unwrap(), *b"disk");
    assert_eq!(inside.real_path(&root, "/../etc/../..").unwrap(), "/");
    let paths: Vec<_> = inside
        .mounts()
        .into_iter()
        .map(|mount| mount.path)
        .collect();
    assert_eq!(paths, ["/", "/mnt"]);
    assert_eq!(inside.write_file(&root, "/mnt/x", b""), Err(Errno::EROFS));
    // A root that is no root of a file system.
    let deeper = inside.rooted_at(&root, "/etc").unwrap();
    assert_eq!(
        **deeper.read_file(&root, "/deep/../name").unwrap(),
        *b"disk"
    );
    assert_eq!(deeper.real_path(&root, "/deep/../../..").unwrap(), "/");
    assert_eq!(vfs.rooted_at(&root, "/none").err(), Some(Errno::ENOENT));
    let file = vfs.rooted_at(&root, "/host/etc/name");
    assert_eq!(file.err(), Some(Errno::ENOTDIR));
}
