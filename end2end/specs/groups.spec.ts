import type { Page } from '@playwright/test';
import { createAdministrator, linkNumber, open, startCampaign, syncGroups } from '../support/actions';
import { expect, test, type World } from '../support/world';

/** A linked phone that takes part in these groups, all of them synced. */
async function shopWithGroups(page: Page, world: World, subjects: string[]): Promise<string> {
  const phone = await world.network.addPhone('Celular da loja');
  for (const subject of subjects) await world.network.addGroup(phone, subject, 3);
  await createAdministrator(page, world);
  await linkNumber(page, world, phone);
  await syncGroups(page, world, [subjects[0]]);
  return phone;
}

function search(page: Page) {
  return page.getByRole('searchbox', { name: 'Buscar grupo' });
}

async function mark(page: Page, subject: string): Promise<void> {
  await page.getByRole('checkbox', { name: `Selecionar ${subject}` }).check();
}

async function createList(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Criar lista' }).click();
  const dialog = page.getByRole('dialog', { name: 'Criar lista' });
  await dialog.getByLabel('Nome da lista').fill(name);
  await dialog.getByRole('button', { name: 'Criar lista' }).click();
}

async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow).toBeLessThanOrEqual(0);
}

const neighbours = Array.from({ length: 55 }, (_, index) => `Vizinhos ${String(index + 1).padStart(2, '0')}`);

test('groups are looked for, filtered, and renamed while one watches', async ({ page, world }) => {
  const phone = await shopWithGroups(page, world, ['Clientes da Padaria São João', ...neighbours]);
  const notices = await world.network.addGroup(phone, 'Avisos do bairro', 4, { announce: true, admin: false });
  const row = (subject: string) => page.getByRole('row').filter({ hasText: subject });

  // A group that one joins comes by itself.
  await expect(page.getByRole('link', { name: 'Só administradores 1' })).toBeVisible();
  await expect(page.getByText('50 de 57', { exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Próximos' }).click();
  await expect(row('Vizinhos 55')).toBeVisible();

  await search(page).fill('padaria sao joao');
  await expect(row('Clientes da Padaria São João')).toBeVisible();
  await expect(row('Vizinhos')).toHaveCount(0);
  await search(page).fill('nada assim');
  await expect(page.getByText('Nenhum grupo assim.')).toBeVisible();
  await search(page).fill('');
  await page.getByRole('link', { name: /Só administradores/ }).click();
  await expect(row('Avisos do bairro')).toBeVisible();
  await expect(row('Vizinhos')).toHaveCount(0);

  await world.network.changeGroup(notices.jid, { subject: 'Avisos gerais' });
  await expect(row('Avisos gerais')).toBeVisible();
  await page.getByRole('link', { name: 'Avisos gerais' }).click();
  await expect(page.getByRole('heading', { name: 'Avisos gerais', level: 1 })).toBeVisible();
  await expect(page.getByText('Só administradores enviam, e este número não é um.')).toBeVisible();
  await page.getByRole('link', { name: 'Ver participantes' }).click();
  await expect(page.getByText('Este número', { exact: true })).toBeVisible();
  await expect(page.getByText('4 participantes')).toBeVisible();
});

test('a sync says what it is at and can be cancelled', async ({ page, world }) => {
  await shopWithGroups(page, world, ['Clientes']);
  await world.network.fault({ fault: 'hold_answers', xmlns: 'w:g2' });
  await page.getByRole('button', { name: 'Sincronizar grupos' }).click();
  await expect(page.getByText('Pedindo a lista ao WhatsApp…')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Sincronizando…' })).toBeDisabled();
  await page.getByRole('button', { name: 'Cancelar' }).click();
  await expect(page.getByText('A última sincronização foi cancelada')).toBeVisible();
  await world.network.liftFaults();

  await world.network.fault({ fault: 'refuse_queries', code: 429, text: 'rate-overlimit', xmlns: 'w:g2', next: 1 });
  await page.getByRole('button', { name: 'Sincronizar grupos' }).click();
  await expect(page.getByText('O WhatsApp pediu calma')).toBeVisible();
  await expect(page.getByText(/Tentamos de novo em \d/)).toBeVisible();
  await page.getByRole('button', { name: 'Cancelar' }).click();
  await page.getByRole('button', { name: 'Sincronizar grupos' }).click();
  await expect(page.getByText('A última sincronização foi cancelada')).toHaveCount(0);
  await expect(page.getByText('1 grupo · Sincronizados')).toBeVisible();
});

test('a campaign to a list reaches each of its groups once @both', async ({ page, world }) => {
  await shopWithGroups(page, world, ['Clientes A', 'Clientes B', 'Revenda', 'Condomínio']);
  await search(page).fill('clientes');
  await expect(page.getByText('2 de 2', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Selecionar os 2 desta busca' }).click();
  await search(page).fill('');
  // What was marked in another search stays marked.
  await mark(page, 'Revenda');
  await expect(page.getByText('3 selecionados')).toBeVisible();
  await createList(page, 'Bairro');
  await expect(page.getByRole('heading', { name: 'Bairro', level: 1 })).toBeVisible();
  await expect(page.getByText('3 recebem', { exact: true })).toBeVisible();

  await page.getByRole('link', { name: 'Adicionar grupos' }).click();
  await mark(page, 'Condomínio');
  await page.getByRole('button', { name: 'Adicionar à lista' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Adicionar' }).click();
  await expect(page.getByText('4 recebem', { exact: true })).toBeVisible();
  await mark(page, 'Clientes A');
  await page.getByRole('button', { name: 'Tirar da lista' }).click();
  await expect(page.getByText('3 recebem', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Renomear' }).click();
  await page.getByLabel('Nome da lista').fill('Bairro e revenda');
  await page.getByRole('button', { name: 'Salvar nome' }).click();
  await expect(page.getByRole('heading', { name: 'Bairro e revenda', level: 1 })).toBeVisible();
  const list = page.url();

  await open(page, world, '/campanhas/nova');
  await page.getByLabel('Nome da campanha').fill('Aviso');
  const connection = page.getByLabel('Conexão', { exact: true });
  await connection.selectOption(await connection.locator('option', { hasText: 'Loja' }).getAttribute('value'));
  await page.getByRole('checkbox', { name: /Bairro e revenda/ }).check();
  await expect(page.getByRole('heading', { name: 'Grupos 3 selecionados' })).toBeVisible();
  // In the list already: it counts once. The other one does not.
  await page.getByRole('checkbox', { name: /Revenda 3 participantes/ }).check();
  await expect(page.getByRole('heading', { name: 'Grupos 3 selecionados' })).toBeVisible();
  await page.getByRole('checkbox', { name: /Clientes A/ }).check();
  await expect(page.getByRole('heading', { name: 'Grupos 4 selecionados' })).toBeVisible();
  await page.getByRole('textbox', { name: 'Texto' }).fill('uma vez só');
  await startCampaign(page);
  await expect(page.locator('main .badge').filter({ hasText: /^Concluída$/ }).first()).toBeVisible();
  const messages = await world.network.messages();
  expect(messages.length).toBe(4);
  expect(new Set(messages.map((message) => message.chat)).size).toBe(4);

  await open(page, world, new URL(list).pathname);
  const lists = await page.context().newPage();
  await open(lists, world, '/grupos/listas');
  await expect(lists.getByRole('link', { name: 'Bairro e revenda' })).toBeVisible();
  // The answer comes after every page was told: this one does not ask for what is gone.
  await page.route('**/api/delete-group-list', async (route) => {
    const answer = await route.fetch({ maxRedirects: 0 });
    await expect(lists.getByText('Nenhuma lista ainda.')).toBeVisible();
    await route.fulfill({ response: answer });
  });
  await page.bringToFront();
  await page.getByRole('button', { name: 'Excluir…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('Estas campanhas ficam sem ela: Aviso.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Excluir lista' }).click();
  await expect(page.getByText('Nenhuma lista ainda.')).toBeVisible();
  await open(page, world, '/campanhas');
  await expect(page.getByText('Loja · 2 grupos')).toBeVisible();
});

test.describe('what the server refuses', () => {
  test.use({ serverRefuses: true });

  test('a name that is taken is told in the dialog, and what is marked stays', async ({ page, world }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await shopWithGroups(page, world, ['Clientes', 'Revenda']);
    await mark(page, 'Clientes');
    await createList(page, 'Padaria São João');
    await expect(page.getByRole('heading', { name: 'Padaria São João', level: 1 })).toBeVisible();
    await expectNoSidewaysScroll(page);
    await page.getByRole('link', { name: 'Adicionar grupos' }).click();
    await mark(page, 'Revenda');
    await createList(page, 'PADARIA sao joao');
    const dialog = page.getByRole('dialog', { name: 'Criar lista' });
    await expect(dialog.getByText('Esta conexão já tem uma lista com esse nome.')).toBeVisible();
    await dialog.getByLabel('Nome da lista').fill('Revenda');
    await dialog.getByRole('button', { name: 'Criar lista' }).click();
    await expect(page.getByRole('heading', { name: 'Revenda', level: 1 })).toBeVisible();
    await page.getByRole('link', { name: 'Listas de grupos' }).click();
    await expect(page.getByRole('link', { name: 'Padaria São João' })).toBeVisible();
    await expectNoSidewaysScroll(page);
  });
});

test('lists are made before the page is alive', async ({ page, world, browser }) => {
  await shopWithGroups(page, world, ['Clientes', 'Revenda', 'Condomínio']);
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
  const plain = await context.newPage();
  await plain.goto(`${world.url}/grupos`);
  await mark(plain, 'Clientes');
  await createList(plain, 'Um');
  await expect(plain.getByRole('heading', { name: 'Um', level: 1 })).toBeVisible();
  await expect(plain.getByText('1 recebe', { exact: true })).toBeVisible();

  await plain.goto(`${world.url}/grupos?busca=c`);
  await plain.getByRole('checkbox', { name: 'Os 2 desta busca que recebem mensagens' }).check();
  await plain.getByRole('button', { name: 'Adicionar à lista' }).click();
  await plain.getByRole('dialog').getByRole('button', { name: 'Adicionar' }).click();
  await expect(plain.getByText('2 recebem', { exact: true })).toBeVisible();
  await mark(plain, 'Clientes');
  await plain.getByRole('button', { name: 'Tirar da lista' }).click();
  await expect(plain.getByText('1 recebe', { exact: true })).toBeVisible();
  await context.close();
});
