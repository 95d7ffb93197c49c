//! Which of the servers of a history runs the connection.

use std::time::Duration;

use arauto::store::{Lease, ServerId, Store};

use super::super::network::Tenure;
use super::super::world::World;

/// Longer than any history takes in real time: leases end by the history's word only.
const TERM: Duration = Duration::from_hours(1);

/// The lease of the connection, and who believes to hold it.
pub struct Tenancy {
    lease: Lease,
    /// The servers that live, by their number on the network.
    living: std::ops::Range<usize>,
    /// Who shall hear that it holds the lease, and after how many steps.
    moving: Option<(usize, usize)>,
}

impl Tenancy {
    /// As the world begins.
    pub fn new(world: &World) -> Self {
        Self {
            lease: Lease {
                workspace: world.workspace(),
                connection: world.connection,
                fence: 1,
            },
            living: 0..0,
            moving: None,
        }
    }

    /// New servers live, and the first of them takes the connection.
    pub async fn begin(&mut self, world: &World, store: &Store, living: std::ops::Range<usize>) {
        self.living = living;
        self.take(world, store).await;
        self.tell(world, self.living.start);
    }

    /// The lease is lost to another server. Who had it hears of that at once, or after some steps: until
    /// then it believes in a lease that is over. The other one begins when that is known.
    pub async fn lose(&mut self, world: &World, store: &Store, to: usize, steps: usize) {
        if self.living.len() < 2 || self.moving.is_some() {
            return;
        }
        self.take(world, store).await;
        self.moving = Some((self.living.start + to % self.living.len(), steps));
        if steps.is_multiple_of(2) {
            world.network.set_tenure(world.connection, Tenure::Vacant);
        }
    }

    /// Time passes.
    pub fn step(&mut self, world: &World) {
        match self.moving {
            Some((server, 0)) => self.tell(world, server),
            Some((server, steps)) => self.moving = Some((server, steps - 1)),
            None => {}
        }
    }

    async fn take(&mut self, world: &World, store: &Store) {
        let (leases, faults) = (&store.leases, &world.faults);
        let released = faults.carry_out(leases.release(&self.lease)).await;
        released.unwrap();
        let server = ServerId::new(world.random.bytes());
        let acquire = leases.acquire(world.workspace(), world.connection, server, TERM);
        self.lease = faults.carry_out(acquire).await.unwrap().unwrap();
    }

    fn tell(&mut self, world: &World, server: usize) {
        self.moving = None;
        let tenure = Tenure::Held {
            server,
            fence: self.lease.fence,
        };
        world.network.set_tenure(world.connection, tenure);
    }
}
