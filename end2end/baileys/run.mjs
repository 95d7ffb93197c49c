// Checks the simulated network with a client that shares no code with it: Baileys links itself,
// lists groups, sends to a group and to a person, and decrypts what others send.
//
//   node run.mjs [path of arauto-sim]
//
// With `ARAUTO_SIM_URL` it uses a simulator that runs already; then it leaves two phones there.

import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'

import { linkedClient, trustSimulator, within } from './client.mjs'
import { control, startSimulator } from './simulator.mjs'

const BINARY = fileURLToPath(new URL('../../target/debug/arauto-sim', import.meta.url))

const checked = (what) => console.log(`ok  ${what}`)

/** The journal's record of a message, once the network has accepted it. */
async function accepted(base, id) {
  const ask = async () => {
    for (;;) {
      const found = await control(base, 'GET', `messages/${id}`).catch(() => undefined)
      if (found?.accepted > 0) return found
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  return within(ask(), `acceptance of ${id}`)
}

async function checkGroup(base, sender, group, text) {
  const { key } = await sender.socket.sendMessage(group.jid, { text })
  const record = await accepted(base, key.id)
  assert.equal(record.text, text)
  assert.deepEqual(record.failures, [])
  assert.equal(record.accepted, 1)
  assert.equal(record.shown_by.length, group.size - 1)
  return key.id
}

async function check(base) {
  await trustSimulator(base)
  const sending = await control(base, 'POST', 'phones', { name: 'Celular que envia' })
  const receiving = await control(base, 'POST', 'phones', { name: 'Celular que recebe' })
  const owners = [sending, receiving].map(({ pn }) => ({ pn, admin: true }))
  const groups = []
  for (const addressing_mode of ['lid', 'pn']) {
    const subject = `Grupo ${addressing_mode}`
    groups.push(await control(base, 'POST', 'groups', { subject, addressing_mode, size: 12, owners }))
  }

  const sender = await linkedClient(base, sending.pn)
  checked('a client links itself by QR code, verifies the certificate chain and connects')
  const receiver = await linkedClient(base, receiving.pn)
  checked('a second account does the same')

  const listed = await sender.socket.groupFetchAllParticipating()
  for (const group of groups) {
    assert.equal(listed[group.jid].subject, group.subject)
    assert.equal(listed[group.jid].participants.length, group.size)
  }
  checked(`it lists ${groups.length} groups with their members`)

  for (const group of groups) {
    const text = `Olá, ${group.subject}`
    const id = await checkGroup(base, sender, group, text)
    checked(`every member of "${group.subject}" decrypts what it sends`)
    const { key, message } = await receiver.message(id)
    assert.equal(key.remoteJid, group.jid)
    assert.equal(message.conversation ?? message.extendedTextMessage?.text, text)
    checked(`the other client decrypts it too`)
    await checkGroup(base, sender, group, `${text} (2)`)
    checked('the second message goes through the same sessions')
  }

  const person = '5500900000012@s.whatsapp.net'
  const { key } = await sender.socket.sendMessage(person, { text: 'Só para você' })
  const direct = await accepted(base, key.id)
  assert.equal(direct.text, 'Só para você')
  assert.deepEqual(direct.shown_by, ['5500900000012'])
  checked('a person decrypts a direct message')

  sender.end()
  receiver.end()
}

const running = process.env.ARAUTO_SIM_URL
const simulator = running ? undefined : startSimulator(process.argv[2] ?? BINARY)
try {
  await check(running ?? (await simulator.started))
  console.log('Baileys and the simulated network understand each other')
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  simulator?.stop()
}
// Baileys keeps timers alive after its end.
process.exit()
