// Links itself to a phone of a running simulator and prints what it decrypts, one JSON line each:
//
//   node member.mjs <address of the simulator> <phone number>
//
// The first line is {"connected":true}; then {"id","chat","text"} for every message with text. It ends with
// its standard input.

import { linkedClient, trustSimulator } from './client.mjs'

const [base, pn] = process.argv.slice(2)
const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)

await trustSimulator(base)
const client = await linkedClient(base, pn, ({ key, message }) => {
  const text = message?.conversation ?? message?.extendedTextMessage?.text
  const caption = message?.imageMessage?.caption
  // What the phone shares with its device has neither.
  if (text ?? caption) print({ id: key.id, chat: key.remoteJid, text: text ?? caption })
})
print({ connected: true })
process.stdin.resume().on('end', () => {
  client.end()
  process.exit()
})
