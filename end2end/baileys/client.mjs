// One Baileys client on the simulated network: linked by a virtual phone, with its keys in memory.

import makeWASocket, { Browsers, initAuthCreds, makeCacheableSignalKeyStore } from 'baileys'
import { WA_CERT_DETAILS } from 'baileys/lib/Defaults/index.js'

import { control } from './simulator.mjs'

// Baileys' Signal library prints whole sessions, keys included, when it closes one.
console.info = () => {}

const DEADLINE_MS = 30_000

const quiet = {
  level: process.env.BAILEYS_LOG ?? 'silent',
  child: () => quiet,
  trace() {},
  debug: (...parts) => report('debug', parts),
  info: (...parts) => report('info', parts),
  warn: (...parts) => report('warn', parts),
  error: (...parts) => report('error', parts),
}

function report(level, parts) {
  if (quiet.level !== 'silent') console.error(level, ...parts)
}

/** Signal keys in a map: they need not outlive the check. */
function memoryKeys() {
  const kept = new Map()
  return {
    get: async (type, ids) =>
      Object.fromEntries(
        ids.map((id) => [id, kept.get(`${type}/${id}`)]).filter(([, value]) => value != null),
      ),
    set: async (data) => {
      for (const [type, entries] of Object.entries(data)) {
        for (const [id, value] of Object.entries(entries)) {
          if (value == null) kept.delete(`${type}/${id}`)
          else kept.set(`${type}/${id}`, value)
        }
      }
    },
  }
}

/** Trusts the root of the simulator's certificates instead of the real network's. */
export async function trustSimulator(base) {
  const { certificate_root: root } = await control(base, 'GET', 'state')
  WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(root, 'hex')
}

/** Waits for `promise`, but not forever. */
export function within(promise, what) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${DEADLINE_MS} ms`)), DEADLINE_MS)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/**
 * Links a client to the phone `pn`; resolves when it is connected. `onMessage` sees every message
 * that it decrypts.
 */
export async function linkedClient(base, pn, onMessage = () => {}) {
  const creds = initAuthCreds()
  const auth = { creds, keys: makeCacheableSignalKeyStore(memoryKeys(), quiet) }
  const messages = []
  const listeners = new Set()
  let socket
  let ending = false

  const connected = new Promise((resolve, reject) => {
    const connect = () => {
      socket = makeWASocket({
        auth,
        browser: Browsers.ubuntu('Arauto'),
        logger: quiet,
        syncFullHistory: false,
        waWebSocketUrl: `${base.replace('http', 'ws')}/ws/chat`,
      })
      socket.ev.on('creds.update', (update) => Object.assign(creds, update))
      socket.ev.on('connection.update', ({ connection, lastDisconnect, qr }) => {
        if (qr) control(base, 'POST', 'phone/scan', { qr, pn }).catch(reject)
        if (connection === 'open') resolve()
        if (connection === 'close' && !ending) {
          const code = lastDisconnect?.error?.output?.statusCode
          // 515: linked, connect again as a device.
          if (code === 515) connect()
          else reject(lastDisconnect?.error ?? new Error('closed'))
        }
      })
      socket.ev.on('messages.upsert', ({ messages: arrived }) => {
        messages.push(...arrived)
        arrived.filter(({ message }) => message).forEach(onMessage)
        for (const listener of listeners) listener()
      })
    }
    connect()
  })
  await within(connected, 'connection')

  return {
    get socket() {
      return socket
    },
    /** The decrypted content of a message that arrived or arrives. */
    message: (id) =>
      within(
        new Promise((resolve) => {
          const look = () => {
            const found = messages.find(({ key, message }) => key.id === id && message)
            if (found) {
              listeners.delete(look)
              resolve(found)
            }
          }
          listeners.add(look)
          look()
        }),
        `message ${id}`,
      ),
    end: () => {
      ending = true
      socket.end(undefined)
    },
  }
}
