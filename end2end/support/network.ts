import { join } from 'node:path';
import { freePort, Program } from './process';

export interface NetworkMessage {
  id: string;
  chat: string;
  accepted: number;
  refused: number[];
  kind: string | null;
  text: string | null;
  media: { sha256: string } | null;
  recipients: number;
  shown_by: string[];
  failures: string[];
  delivered: number;
  read: number;
}

export interface NetworkGroup {
  jid: string;
  subject: string;
  size: number;
}

/** The simulated WhatsApp network, as a program of its own that outlives Arauto's restarts. */
export class Network {
  private constructor(
    private readonly program: Program,
    readonly url: string,
    readonly websocketUrl: string,
  ) {}

  static async start(path: string, folder: string): Promise<Network> {
    const port = await freePort();
    const program = Program.start(
      'arauto-sim',
      path,
      ['--bind', `127.0.0.1:${port}`, '--state', join(folder, 'network.state'), '--seed', '7'],
      {},
      join(folder, 'network.log'),
    );
    const url = `http://127.0.0.1:${port}`;
    await program.answers(`${url}/sim/state`);
    return new Network(program, url, `ws://127.0.0.1:${port}/ws/chat`);
  }

  stop(): Promise<void> {
    return this.program.stop('SIGTERM');
  }

  /** Creates a virtual phone and tells its number. */
  async addPhone(name: string): Promise<string> {
    const phone = await this.post<{ pn: string }>('phones', { name });
    return phone.pn;
  }

  /** Creates a group that the phone takes part in. */
  addGroup(phone: string, subject: string, size: number, more: { announce?: boolean; admin?: boolean; mode?: 'lid' | 'pn' } = {}): Promise<NetworkGroup> {
    return this.post<NetworkGroup>('groups', {
      subject,
      size,
      announce: more.announce ?? false,
      addressing_mode: more.mode ?? 'lid',
      owners: [{ pn: phone, admin: more.admin ?? true }],
    });
  }

  changeGroup(jid: string, change: { announce?: boolean; subject?: string; add?: { pn: string; admin: boolean }[]; remove?: string[] }): Promise<NetworkGroup> {
    return this.request<NetworkGroup>('PATCH', `groups/${encodeURIComponent(jid)}`, change);
  }

  /** Lets the phone scan what the page shows. */
  scan(qr: string, phone: string): Promise<unknown> {
    return this.post('phone/scan', { qr, pn: phone });
  }

  /** Types a pairing code into the phone. */
  typeCode(code: string, phone: string): Promise<unknown> {
    return this.post('phone/code', { code, pn: phone });
  }

  /** Takes the pairing code from the client that shows it, as if it had expired. */
  withdrawCode(phone: string): Promise<unknown> {
    return this.request('DELETE', 'phone/code', { pn: phone });
  }

  unlink(phone: string): Promise<unknown> {
    return this.post('phone/unlink', { pn: phone });
  }

  messages(): Promise<NetworkMessage[]> {
    return this.request<NetworkMessage[]>('GET', 'messages');
  }

  receipts(id: string, type: 'delivered' | 'read'): Promise<unknown> {
    return this.post('receipts', { id, type, members: 'all' });
  }

  automaticReceipts(delivered: number, read: number, delayMs: number): Promise<unknown> {
    return this.post('receipts/auto', { delivered, read, delay_ms: delayMs });
  }

  fault(fault: Record<string, unknown> & { fault: string }): Promise<unknown> {
    return this.post('faults', fault);
  }

  liftFaults(): Promise<unknown> {
    return this.request('DELETE', 'faults');
  }

  private post<T>(path: string, body: unknown): Promise<T> {
    return this.request<T>('POST', path, body);
  }

  private async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/sim/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /sim/${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
