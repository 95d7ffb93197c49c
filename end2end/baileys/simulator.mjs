// The simulator as a child process, and its control API.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** Starts `binary` on a free port with everything in memory; resolves to its address. */
export function startSimulator(binary) {
  const child = spawn(binary, ['--bind', '127.0.0.1:0', '--seed', '7'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { RUST_LOG: 'warn', ...process.env },
  })
  const started = new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the simulator ended with code ${code}`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = line.match(/^phones\s+(\S+)\/$/)
      if (address) resolve(address[1])
    })
  })
  return { started, stop: () => child.kill() }
}

/** One order to the control API. */
export async function control(base, method, path, body) {
  const response = await fetch(`${base}/sim/${path}`, {
    method,
    headers: body ? { 'content-type': 'application/json' } : {},
    body: body && JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return response.status === 204 ? undefined : response.json()
}
