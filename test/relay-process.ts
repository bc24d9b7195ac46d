import { startDevServer } from '../tools/dev-server/app-server.ts';

/** The development server in a process of its own, whose memory can be measured. */
const server = await startDevServer({
  host: 'localhost',
  appPort: 0,
  authPort: 0,
  settings: JSON.parse(process.argv[2] ?? ''),
  outDir: '.',
});
process.stdout.write(String(server.appPort));
