//! A second, small cluster to switch to: what `~/.kube/staging` names.
//!
//! It lives in the same virtual time as the first, with randomness of its own, and is made when kubectl first asks for
//! it: who never does pays nothing. It has a server, controllers, a scheduler and two nodes; the page's map, faults and
//! `ssh` know the first cluster only, and the two networks do not meet.

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::time::Duration;

use apiserver::ApiServer;
use client::Client;
use kubectl::adapter::Waiting;
use kubectl::host::Wait;
use sim::Sim;

use crate::components::{self, Components};

/// Where its API server listens.
pub(crate) const SERVER: &str = "127.0.0.1:7443";
const NODES: u16 = 2;
/// How often the start is looked at, and how many times.
const LOOK: Duration = Duration::from_millis(500);
const LOOKS: u32 = 240;

/// The cluster, made or not.
pub(crate) struct Staging {
    sim: Sim,
    running: RefCell<Option<Running>>,
    this: Weak<Staging>,
}

struct Running {
    server: ApiServer,
    client: Client,
    /// Kept, for what runs ends with it.
    _components: Components,
    up: bool,
}

impl Staging {
    /// Not made yet.
    pub(crate) fn new(sim: &Sim) -> Rc<Self> {
        Rc::new_cyclic(|this| Self {
            sim: Self::world(sim),
            running: RefCell::default(),
            this: Weak::clone(this),
        })
    }

    fn world(sim: &Sim) -> Sim {
        sim.beside("staging")
    }

    fn make(&self) {
        let server = ApiServer::new(self.sim.clone(), apiserver::Config::default());
        crate::addons::install(&server);
        let client = Client::new(server.clone());
        let components = Components::start(&self.sim, &client, NODES, "staging-");
        let faults = components.faults().clone();
        server.set_component_check(Rc::new(move |name| faults.is_up(name)));
        *self.running.borrow_mut() = Some(Running {
            server,
            client,
            _components: components,
            up: false,
        });
    }

    /// Whether it has come up.
    fn look(&self) -> bool {
        let server = self.running.borrow().as_ref().map(|r| r.server.clone());
        server.is_some_and(|server| components::is_up(&server, NODES))
    }
}

impl Waiting for Staging {
    fn client(&self) -> Option<Client> {
        let running = self.running.borrow();
        running
            .as_ref()
            .filter(|running| running.up)
            .map(|running| running.client.clone())
    }

    fn start(&self) -> Wait<'static, ()> {
        if self.running.borrow().is_none() {
            self.make();
        }
        let (sim, this) = (self.sim.clone(), Weak::clone(&self.this));
        Box::pin(async move {
            for _ in 0..LOOKS {
                sim.sleep(LOOK).await;
                let Some(this) = this.upgrade() else { return };
                if this.look() {
                    break;
                }
            }
            let Some(this) = this.upgrade() else { return };
            if let Some(running) = &mut *this.running.borrow_mut() {
                running.up = true;
            }
        })
    }
}
