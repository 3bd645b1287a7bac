// The same work in webernetes, a simulator in TypeScript. In a folder of its own:
//
// npm install @ngrok/webernetes@0.3.5 esbuild && cp PATH/TO/peer.mjs .
// npx esbuild peer.mjs --bundle --platform=node --format=esm --outfile=bundle.mjs && node bundle.mjs PODS/NODES…
//
// Its time is real, so only its CPU time can be compared. A line per row, as in the other benches.

import { BaseImage, Cluster } from '@ngrok/webernetes';

class Server extends BaseImage {
  static imageName = 'nginx';
  static imageVersion = '1.27';
  defaultCommand = ['server'];
  async exec(context, argv) {
    if (argv[0] !== 'server') return super.exec(context, argv);
    context.listenHttp(80, async () => ({ statusCode: 200, body: 'hello\n' }));
    return context.waitUntilKilled();
  }
}

const LIMIT = Number(process.env.PEER_LIMIT ?? 600) * 1000;
const row = (name, value, unit) => console.log(`${name}\t${value.toFixed(3)}\t${unit}`);
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

for (const size of process.argv.slice(2)) {
  const [pods, nodes] = size.split('/').map(Number);
  const start = cpu();
  const cluster = new Cluster({ nodes });
  cluster.registerImage(Server);
  await cluster.init();
  row(`webernetes, ${nodes} nodes, until they are up`, cpu() - start, 's of CPU');
  const ready = new Set();
  const enough = new Promise((resolve) => {
    cluster.informer('pods', (type, pod) => {
      const is = pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
      if (type !== 'delete' && is) ready.add(pod.metadata.name);
      if (ready.size >= pods) resolve(true);
    });
    setTimeout(() => resolve(false), LIMIT);
  });
  const began = cpu();
  const real = Date.now();
  await cluster.apply([
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        replicas: pods,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] },
        },
      },
    },
  ]);
  const done = await enough;
  const took = cpu() - began;
  const name = `webernetes, ${pods} pods on ${nodes} nodes, apply to Ready${done ? '' : `: never, ${ready.size} pods`}`;
  row(name, took, 's of CPU');
  row(`${name}, per pod`, (took * 1000) / Math.max(ready.size, 1), 'ms of CPU');
  row(`${name}, real`, (Date.now() - real) / 1000, 's');
}
process.exit(0);
