//! Ports of the emulated machine, for forwarding: its place in the network as kubectl's [`Listener`] and [`Socket`].

use std::cell::RefCell;

use network::{Netns, ReadHalf, WriteHalf};
use os::Machine;

use crate::host::{Listener, Socket, Wait};

/// Listens on a port of the machine; the error is the system's.
pub(super) fn listen(
    machine: &Machine,
    address: &str,
    port: u16,
) -> Result<Box<dyn Listener>, String> {
    let netns = machine
        .extension::<Netns>()
        .ok_or("network is unreachable")?;
    let in_use = |_| "address already in use".to_owned();
    let listener = if address.starts_with("127.") {
        netns.listen_local(port).map_err(in_use)?
    } else if address == "0.0.0.0" || address == netns.ip().to_string() {
        netns.listen(port).map_err(in_use)?
    } else {
        return Err("cannot assign requested address".to_owned());
    };
    Ok(Box::new(Port(listener)))
}

struct Port(network::Listener);

impl Listener for Port {
    fn port(&self) -> u16 {
        self.0.port()
    }

    fn accept(&self) -> Wait<'_, Box<dyn Socket>> {
        Box::pin(async move {
            let (stream, _) = self.0.accept().await;
            let (reader, writer) = stream.into_split();
            Box::new(Connection {
                reader: RefCell::new(Some(reader)),
                writer: RefCell::new(Some(writer)),
            }) as Box<dyn Socket>
        })
    }
}

/// Each half is taken while it is in use: one reads and one writes at a time.
struct Connection {
    reader: RefCell<Option<ReadHalf>>,
    writer: RefCell<Option<WriteHalf>>,
}

impl Socket for Connection {
    fn read(&self) -> Wait<'_, Vec<u8>> {
        Box::pin(async move {
            let Some(mut reader) = self.reader.take() else {
                return Vec::new();
            };
            let bytes = reader.read().await;
            self.reader.replace(Some(reader));
            bytes
        })
    }

    fn write<'a>(&'a self, bytes: &'a [u8]) -> Wait<'a, Result<(), ()>> {
        Box::pin(async move {
            let Some(mut writer) = self.writer.take() else {
                return Err(());
            };
            let written = writer.write_all(bytes).await.map_err(|_| ());
            self.writer.replace(Some(writer));
            written
        })
    }

    fn finish(&self) {
        if let Some(writer) = &mut *self.writer.borrow_mut() {
            writer.finish();
        }
    }
}
