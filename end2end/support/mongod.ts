import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { connect } from 'node:net';
import { freePort, Program } from './process';

/** Where a mongod is looked for: the environment, the PATH, then what `make setup` unpacked. */
function mongodPath(): string {
  const candidates = [
    process.env.ARAUTO_TEST_MONGOD,
    ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'mongod')),
    resolve(__dirname, '../../.tools/mongod/bin/mongod'),
  ];
  const found = candidates.find((path) => path && existsSync(path));
  if (!found) throw new Error('no mongod for the tests: run `make setup`');
  return found;
}

/** A real MongoDB server of one test's own. */
export class Mongod {
  private constructor(
    private readonly program: Program,
    readonly url: string,
  ) {}

  static async start(folder: string): Promise<Mongod> {
    const port = await freePort();
    const data = join(folder, 'mongo');
    mkdirSync(data, { recursive: true });
    const program = Program.start(
      'mongod',
      mongodPath(),
      ['--dbpath', data, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket',
        '--wiredTigerCacheSizeGB', '0.25', '--setParameter', 'diagnosticDataCollectionEnabled=false'],
      {},
      join(folder, 'mongod.log'),
    );
    await listens(program, port);
    return new Mongod(program, `mongodb://127.0.0.1:${port}/arauto`);
  }

  stop(): Promise<void> {
    return this.program.stop('SIGKILL');
  }
}

async function listens(program: Program, port: number): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    if (!program.running) throw new Error('mongod ended before it listened: see its log');
    const open = await new Promise<boolean>((answer) => {
      const socket = connect(port, '127.0.0.1', () => answer(true));
      socket.on('error', () => answer(false));
      socket.unref();
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('mongod did not listen within 30 s');
}
