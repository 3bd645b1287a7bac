//! `hello-world`: says hello and ends.

use os::Proc;

use crate::image::{Image, ImageConfig};
use crate::tags::Tags;

pub(super) static IMAGE: Image = Image {
    repositories: &["docker.io/library/hello-world"],
    tags: Tags {
        names: &["linux"],
        versions: &[],
        variants: &[],
    },
    size: 5_150,
    config: ImageConfig {
        command: &["/hello"],
        ..ImageConfig::DEFAULT
    },
    files: |files| files.program("/hello", "hello-world", "gnu"),
    programs: |programs| programs.add("hello-world", hello),
};

async fn hello(proc: Proc) -> i32 {
    proc.print(
        "\nHello from Docker!\n\
         This message shows that your installation appears to be working correctly.\n\
         \n\
         To generate this message, Docker took the following steps:\n \
         1. The Docker client contacted the Docker daemon.\n \
         2. The Docker daemon pulled the \"hello-world\" image from the Docker Hub.\n    (amd64)\n \
         3. The Docker daemon created a new container from that image which runs the\n    \
         executable that produces the output you are currently reading.\n \
         4. The Docker daemon streamed that output to the Docker client, which sent it\n    \
         to your terminal.\n\
         \n\
         To try something more ambitious, you can run an Ubuntu container with:\n \
         $ docker run -it ubuntu bash\n\
         \n\
         Share images, automate workflows, and more with a free Docker ID:\n \
         https://hub.docker.com/\n\
         \n\
         For more examples and ideas, visit:\n \
         https://docs.docker.com/get-started/\n\n",
    )
    .await;
    0
}
