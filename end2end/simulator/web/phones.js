// The page of the virtual phones: shows the network's state, live, and gives it orders.

const $ = (id) => document.getElementById(id)
const number = new Intl.NumberFormat('pt-BR')
const time = new Intl.DateTimeFormat('pt-BR', { dateStyle: 'short', timeStyle: 'medium' })

const FAULTS = {
  silent: 'Rede silenciosa: nada entra nem sai',
  refuse: 'Novas conexões são recusadas',
  lose_acks: 'Confirmações se perdem',
  delay_acks: 'Confirmações atrasam',
  duplicate_acks: 'Confirmações chegam em dobro',
  nack: 'Mensagens são recusadas',
  reject_uploads: 'Envio de mídia recusado',
  slow_uploads: 'Envio de mídia lento',
  reject_downloads: 'Leitura de mídia recusada',
  refuse_logins: 'Logins recusados',
  refuse_queries: 'Consultas recusadas',
  refuse_pairing: 'Aparelhos recusados',
  demand_passkey: 'Chave de acesso pedida',
}

const REASONS = {
  not_found: 'o que você pediu não existe mais.',
  invalid: 'a rede não entendeu o pedido.',
  conflict: 'isso já existe.',
  timeout: 'o aparelho não respondeu. Atualize o QR code e leia de novo.',
  store: 'a rede não conseguiu gravar o estado. Veja o terminal.',
  scan_text: 'o texto não é de um QR code do WhatsApp. Copie o texto inteiro e cole de novo.',
  scan_unknown: 'ninguém está mostrando este QR code agora. Gere outro e leia.',
  scan_expired: 'este QR code expirou. Leia o que está na tela agora.',
  scan_other_key: 'o QR code não combina com o aparelho que o mostra. Gere outro.',
  scan_under_way: 'este QR code já está sendo lido.',
  scan_signature: 'o aparelho não aceitou este celular. Gere outro QR code.',
  phone_offline: 'este celular está sem internet.',
  code_unknown: 'ninguém está mostrando um código para este celular. Peça um e digite.',
  code_expired: 'este código expirou. Peça outro.',
  code_wrong: 'o código não é o que está na tela. Confira e digite de novo.',
  passkey: 'a rede pediu a chave de acesso da conta ao aparelho.',
  pairing_refused: 'o celular recusou o aparelho.',
}

let state = { phones: [], pairings: [], faults: [] }
let chats = []
let chosenPhone = null
let chosenChat = null

/** An order to the network; an error says why in words for people. */
async function order(method, path, body) {
  const response = await fetch(`/sim/${path}`, {
    method,
    headers: body ? { 'content-type': 'application/json' } : {},
    body: body && JSON.stringify(body),
  })
  if (response.status === 204) return undefined
  const answer = await response.json().catch(() => ({}))
  if (!response.ok) throw new Error(REASONS[answer.reason] ?? `resposta ${response.status}.`)
  return answer
}

function notice(text, bad = false) {
  $('notice').textContent = text
  $('notice').classList.toggle('bad', bad)
  $('notice').hidden = !text
}

/** Runs an order for a button: it waits while it runs, and says what went wrong. */
async function act(button, work) {
  button.disabled = true
  notice('')
  try {
    await work()
  } catch (error) {
    notice(`Não deu certo: ${error.message}`, true)
  } finally {
    button.disabled = false
  }
}

function element(tag, text, className) {
  const node = document.createElement(tag)
  if (text !== undefined) node.textContent = text
  if (className) node.className = className
  return node
}

function ago(millis) {
  const seconds = Math.max(0, Math.round((Date.now() - millis) / 1000))
  if (seconds < 60) return `há ${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? `há ${minutes} min` : time.format(millis)
}

function empty(list, text) {
  list.replaceChildren(element('li', text, 'muted'))
}

function plural(count, one, many) {
  return `${number.format(count)} ${count === 1 ? one : many}`
}

// The phone.

function showPhones() {
  const { phones } = state
  if (!phones.some(({ pn }) => pn === chosenPhone)) chosenPhone = phones[0]?.pn ?? null
  $('phone').replaceChildren(
    ...phones.map(({ pn, name }) => {
      const option = element('option', `${name} · +${pn}`)
      option.value = pn
      option.selected = pn === chosenPhone
      return option
    }),
  )
  $('phone').disabled = phones.length === 0
  $('no-phone').hidden = phones.length > 0
  const phone = phones.find(({ pn }) => pn === chosenPhone)
  $('phone-detail').hidden = !phone
  if (!phone) return
  $('number').textContent = `+${phone.pn}${phone.offline ? ' · sem internet' : ''}`
  if (phone.devices.length === 0) empty($('devices'), 'Nenhum aparelho conectado.')
  else $('devices').replaceChildren(...phone.devices.map((device) => deviceItem(phone, device)))
}

function deviceItem(phone, device) {
  const item = element('li', undefined, 'item')
  const status = device.online ? 'Conectado agora' : 'Fora do ar'
  const label = element('span', `Aparelho ${device.device} · ${status}`, 'state')
  label.classList.add(device.online ? 'good' : 'bad')
  const entered = device.last_login_at ? `, última entrada ${ago(device.last_login_at)}` : ''
  const since = `Vinculado ${ago(device.linked_at)}${entered}, ${plural(device.logins, 'entrada', 'entradas')}`
  const unlink = element('button', 'Desconectar', 'danger')
  unlink.type = 'button'
  unlink.addEventListener('click', () => {
    if (!confirm(`Desconectar o aparelho ${device.device} de ${phone.name}?`)) return
    act(unlink, () => order('POST', 'phone/unlink', { pn: phone.pn, device: device.device }))
  })
  item.append(label, unlink, element('small', since, 'muted'))
  return item
}

function showPairings() {
  if (state.pairings.length === 0) return empty($('pairings'), 'Nenhum código na tela agora.')
  $('pairings').replaceChildren(
    ...state.pairings.map(({ refs, code_for: pn, since }) => {
      const item = element('li', undefined, 'item')
      if (pn) {
        item.append(element('span', `Código de 8 letras na tela ${ago(since)}`), element('code', `+${pn}`))
        return item
      }
      item.append(element('span', `QR code na tela ${ago(since)}`), element('code', `${refs[0].slice(0, 18)}…`))
      return item
    }),
  )
}

// Faults.

function showFaults() {
  const { faults } = state
  $('faults').replaceChildren(
    ...faults.map(({ fault, pn, next }) => {
      const whom = pn ? ` (só +${pn})` : ''
      const times = next ? `, mais ${plural(next, 'vez', 'vezes')}` : ''
      return element('li', `${FAULTS[fault] ?? fault}${times}${whom}`, 'state bad')
    }),
  )
  $('lift').hidden = faults.length === 0
}

// Chats.

function showChats() {
  const wanted = $('filter').value.trim().toLocaleLowerCase('pt-BR')
  const shown = chats
    .filter(({ name }) => name.toLocaleLowerCase('pt-BR').includes(wanted))
    .sort((a, b) => (b.last_at ?? 0) - (a.last_at ?? 0) || a.name.localeCompare(b.name, 'pt-BR'))
  if (shown.length === 0) return empty($('chats'), chats.length ? 'Nenhum nome combina.' : 'Ainda não há grupos.')
  $('chats').replaceChildren(...shown.map(chatItem))
}

function chatItem(chat) {
  const item = element('li')
  const button = element('button')
  button.type = 'button'
  button.setAttribute('aria-current', chat.jid === chosenChat)
  const count = chat.messages ? number.format(chat.messages) : ''
  const about = chat.group ? groupAbout(chat.group) : 'Conversa com uma pessoa'
  button.append(element('span', chat.name), element('span', count), element('small', about))
  button.addEventListener('click', () => {
    chosenChat = chat.jid
    showChats()
    showChat()
    $('chat-title').scrollIntoView({ block: 'nearest' })
  })
  item.append(button)
  return item
}

function groupAbout(group) {
  const parts = [plural(group.size, 'membro', 'membros'), group.addressing_mode === 'lid' ? 'LID' : 'número']
  if (group.announce) parts.push('só administradores enviam')
  return parts.join(' · ')
}

async function showChat() {
  const chat = chats.find(({ jid }) => jid === chosenChat)
  $('chat-detail').hidden = !chat
  $('chat-empty').hidden = Boolean(chat)
  $('chat-title').textContent = chat?.name ?? 'Mensagens recebidas'
  if (!chat) return
  const { jid } = chat
  const [group, messages] = await Promise.all([
    chat.group ? order('GET', `groups/${encodeURIComponent(jid)}`) : null,
    order('GET', `messages?chat=${encodeURIComponent(jid)}`),
  ])
  if (jid !== chosenChat) return
  $('chat-about').textContent = group ? groupAbout(group) : jid
  $('members-box').hidden = !group
  $('members').replaceChildren(
    ...(group?.members ?? []).map(({ name, pn, admin }) =>
      element('li', `${name}${admin ? ' (admin)' : ''} · +${pn}`),
    ),
  )
  if (messages.length === 0) empty($('messages'), 'Nenhuma mensagem chegou aqui ainda.')
  else $('messages').replaceChildren(...messages.reverse().map(messageItem))
}

function messageItem(message) {
  const item = $('message').content.firstElementChild.cloneNode(true)
  const find = (selector) => item.querySelector(selector)
  const place = `/sim/messages/${encodeURIComponent(message.id)}/media?chat=${encodeURIComponent(message.chat)}`
  const { media } = message
  if (media?.sha256 && ['image', 'sticker'].includes(media.kind)) {
    find('img').src = place
    find('img').alt = 'Imagem recebida pelos membros'
    find('img').hidden = false
  } else if (media?.sha256) {
    find('.file').textContent = media.file_name ?? `Abrir ${media.kind}`
    find('.file').href = place
    find('.file').hidden = false
  }
  find('.text').textContent = message.text ?? (media ? '' : 'Ninguém decifrou esta mensagem.')
  find('time').textContent = time.format(message.first_at)
  ticks(find('.ticks'), message)
  details(find('dl'), message)
  for (const button of item.querySelectorAll('[data-receipt]')) {
    button.hidden = message.accepted === 0
    const body = { id: message.id, chat: message.chat, type: button.dataset.receipt, members: 'all' }
    button.addEventListener('click', () => act(button, () => order('POST', 'receipts', body)))
  }
  return item
}

function ticks(node, { accepted, delivered, read, recipients }) {
  const all = recipients > 0
  const seen = all && read >= recipients
  node.textContent = accepted === 0 ? '✕' : all && delivered >= recipients ? '✓✓' : '✓'
  node.classList.toggle('read', seen)
  node.title = accepted === 0 ? 'Recusada' : seen ? 'Lida por todos' : 'Aceita pela rede'
}

function details(list, message) {
  const add = (name, value, bad) => {
    const description = element('dd', value, bad ? 'bad' : '')
    list.append(element('dt', name), description)
  }
  const { recipients } = message
  add('Identificador', message.id)
  add('Aceita pela rede', plural(message.accepted, 'vez', 'vezes'), message.accepted === 0)
  if (message.refused.length) add('Recusas', `códigos ${message.refused.join(', ')}`, true)
  add('Mostrada a', `${number.format(message.shown_by.length)} de ${plural(recipients, 'pessoa', 'pessoas')}`)
  add('Entregue · lida', `${number.format(message.delivered)} · ${number.format(message.read)}`)
  if (message.media?.sha256) add('SHA-256', message.media.sha256)
  if (message.media?.bytes) add('Tamanho', plural(message.media.bytes, 'byte', 'bytes'))
  if (message.media?.error) add('Mídia', message.media.error, true)
  if (message.failures.length) add('Não decifraram', message.failures.join('; '), true)
}

// Live.

async function refresh() {
  ;[state, chats] = await Promise.all([order('GET', 'state'), order('GET', 'chats')])
  showPhones()
  showPairings()
  showFaults()
  showChats()
}

let planned = { chat: false, timer: null }

/** Changes come in bursts: one reading a quarter of a second later shows them all. */
function plan(change) {
  planned.chat ||= !change?.chat || change.chat === chosenChat
  planned.timer ??= setTimeout(async () => {
    const { chat } = planned
    planned = { chat: false, timer: null }
    try {
      await refresh()
      if (chat) await showChat()
    } catch {
      live(false)
    }
  }, 250)
}

function live(up) {
  $('live').textContent = up ? 'Ao vivo' : 'Sem contato com a rede simulada. Tentando de novo…'
  $('live').className = `state ${up ? 'good' : 'bad'}`
}

function listen() {
  const events = new EventSource('/sim/events')
  events.onopen = () => {
    live(true)
    plan()
  }
  events.onerror = () => live(false)
  events.onmessage = ({ data }) => plan(JSON.parse(data))
}

$('phone').addEventListener('change', () => {
  chosenPhone = $('phone').value
  notice('')
  showPhones()
})
$('new-phone').addEventListener('click', () =>
  act($('new-phone'), async () => {
    const name = prompt('Nome do celular', 'Celular')
    if (!name?.trim()) return
    chosenPhone = (await order('POST', 'phones', { name: name.trim() })).pn
  }),
)
$('scan').addEventListener('submit', (event) => {
  event.preventDefault()
  act(event.submitter, async () => {
    const paired = await order('POST', 'phone/scan', { qr: $('qr').value, pn: chosenPhone })
    $('qr').value = ''
    notice(`Aparelho ${paired.device} conectado a +${paired.pn}.`)
  })
})
$('code').addEventListener('submit', (event) => {
  event.preventDefault()
  act(event.submitter, async () => {
    const paired = await order('POST', 'phone/code', { code: $('typed').value, pn: chosenPhone })
    $('typed').value = ''
    notice(`Aparelho ${paired.device} conectado a +${paired.pn}.`)
  })
})
$('withdraw').addEventListener('click', () =>
  act($('withdraw'), () => order('DELETE', 'phone/code', { pn: chosenPhone })),
)
$('filter').addEventListener('input', showChats)
for (const button of document.querySelectorAll('[data-fault]')) {
  button.addEventListener('click', () =>
    act(button, () => order('POST', 'faults', { ...JSON.parse(button.dataset.fault), pn: chosenPhone })),
  )
}
$('lift').addEventListener('click', () => act($('lift'), () => order('DELETE', 'faults')))
// Ages such as "há 12 s" grow without a change of the network.
setInterval(() => {
  showPhones()
  showPairings()
}, 10_000)

listen()
