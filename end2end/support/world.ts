import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, type Page, test as base } from '@playwright/test';
import { Mongod } from './mongod';
import { freePort, Program } from './process';
import { Network } from './network';

export interface WorldOptions {
  /** Which store the server keeps its data in. */
  store: 'sqlite' | 'mongodb';
}

/** Arauto beside a simulated WhatsApp network, both as real programs, with an empty store. */
export class World {
  private arauto?: Program;
  readonly url: string;
  /** Settings of the server; a change counts from its next start on. */
  readonly settings: Record<string, string> = {
    ARAUTO_PACE_SHORTEST_MS: '0',
    ARAUTO_PACE_LONGEST_MS: '50',
    ARAUTO_PACE_CAPS: 'off',
  };

  private constructor(
    readonly folder: string,
    private readonly port: number,
    readonly network: Network,
    readonly mongod?: Mongod,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  static async create(store: WorldOptions['store']): Promise<World> {
    const folder = mkdtempSync(join(tmpdir(), 'arauto-e2e-'));
    const network = await Network.start(binary('arauto-sim'), folder);
    const mongod = store === 'mongodb' ? await Mongod.start(folder) : undefined;
    const world = new World(folder, await freePort(), network, mongod);
    await world.start();
    return world;
  }

  get dataFolder(): string {
    return join(this.folder, 'data');
  }

  /** Starts the server and waits until it answers. */
  async start(): Promise<void> {
    this.arauto = Program.start(
      'arauto',
      binary('arauto'),
      [],
      {
        ARAUTO_ADDRESS: `127.0.0.1:${this.port}`,
        ARAUTO_DATA: this.dataFolder,
        ARAUTO_STORE: this.mongod?.url ?? '',
        ARAUTO_WHATSAPP_URL: this.network.websocketUrl,
        ARAUTO_WHATSAPP_HTTP: this.network.url,
        ...this.settings,
      },
      join(this.folder, 'arauto.log'),
    );
    await this.arauto.answers(`${this.url}/saude`);
  }

  /** Ends the server as a power cut would. */
  async kill(): Promise<void> {
    await this.arauto?.stop('SIGKILL');
  }

  /** Ends the server as a service manager does. */
  async stop(): Promise<void> {
    await this.arauto?.stop('SIGTERM');
  }

  async end(): Promise<void> {
    await this.kill();
    await this.network.stop();
    await this.mongod?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  log(name: 'arauto' | 'network'): string {
    const path = join(this.folder, `${name}.log`);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }
}

/** A program of this workspace, as `cargo xtask e2e` built it. */
function binary(name: string): string {
  const target = process.env.CARGO_TARGET_DIR ?? resolve(__dirname, '../../target');
  const path = join(target, 'debug', name);
  if (!existsSync(path)) throw new Error(`${path} is not built: run \`make e2e\``);
  return path;
}

/** Collects what a page complains about: there must be nothing at the end of a test. */
function watchConsole(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  return complaints;
}

/** Complaints that a test provokes on purpose, such as the live channel of a killed server. */
const EXPECTED_WHILE_DOWN = [/ERR_CONNECTION_REFUSED/, /ERR_INCOMPLETE_CHUNKED_ENCODING/, /ERR_EMPTY_RESPONSE/, /ERR_CONNECTION_RESET/, /server function: error reaching server/];

/** Refusals that a test provokes on purpose: the browser itself notes each in the console. */
const EXPECTED_REFUSALS = /Failed to load resource: the server responded with a status of 4(09|13|15|22)/;

interface Fixtures {
  world: World;
  /** Whether the test takes the server down: complaints of the network are expected then. */
  serverGoesDown: boolean;
  /** Whether the test asks for what the server refuses. */
  serverRefuses: boolean;
}

export const test = base.extend<Fixtures & WorldOptions>({
  store: ['sqlite', { option: true }],
  serverGoesDown: [false, { option: true }],
  serverRefuses: [false, { option: true }],
  world: async ({ store }, use, info) => {
    const world = await World.create(store);
    try {
      await use(world);
    } finally {
      if (info.status !== info.expectedStatus) {
        await info.attach('arauto.log', { body: world.log('arauto') });
        await info.attach('network.log', { body: world.log('network') });
      }
      await world.end();
    }
  },
  page: async ({ page, world: _world, serverGoesDown, serverRefuses }, use) => {
    const complaints = watchConsole(page);
    await use(page);
    const unexpected = complaints.filter(
      (line) =>
        !(serverGoesDown && EXPECTED_WHILE_DOWN.some((pattern) => pattern.test(line))) &&
        !(serverRefuses && EXPECTED_REFUSALS.test(line)),
    );
    expect(unexpected, 'the console stays empty').toEqual([]);
  },
});

export { expect };
