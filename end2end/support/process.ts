import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';

/** A free port of the loopback interface. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

/** A program of ours under test. Its output goes to a file that is attached to a failed test. */
export class Program {
  private constructor(
    private readonly child: ChildProcess,
    readonly name: string,
  ) {}

  static start(name: string, path: string, args: string[], env: Record<string, string>, log: string): Program {
    const child = spawn(path, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    child.on('error', (error) => appendFileSync(log, `cannot start ${path}: ${error}\n`));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data: Buffer) => appendFileSync(log, data));
    }
    return new Program(child, name);
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Ends the program and waits until it is gone. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    if (!this.running) return;
    const gone = once(this.child, 'exit');
    this.child.kill(signal);
    await gone;
  }

  /** Waits until `url` answers, or says why that cannot happen any more. */
  async answers(url: string, withinMs = 30_000): Promise<void> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      if (!this.running) throw new Error(`${this.name} ended before ${url} answered: see its log`);
      try {
        const response = await fetch(url);
        if (response.ok) return;
      } catch {
        // Not listening yet.
      }
      if (Date.now() > deadline) throw new Error(`${url} did not answer within ${withinMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
