import type { Page } from '@playwright/test';
import { confirmStart, createAdministrator, linkNumber, open, syncGroups, writeCampaign } from '../support/actions';
import { expect, test, type World } from '../support/world';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Ends the server and starts it when so much time has passed, as far as its clock goes. */
async function restartAfter(page: Page, world: World, millis: number): Promise<void> {
  // A page that is open would tell of the server's absence.
  await page.goto('about:blank');
  await world.stop();
  world.settings.ARAUTO_CLOCK_AHEAD_MS = String(millis);
  await world.start();
}

/** The hour of the day in São Paulo, so many hours from now, as a time field takes it. */
function hour(fromNow: number): string {
  const at = new Date(Date.now() + fromNow * HOUR);
  const time = at.toLocaleTimeString('pt-BR', { timeZone: 'America/Sao_Paulo', hour: '2-digit', hour12: false });
  return `${time.slice(0, 2)}:00`;
}

async function setUp(page: Page, world: World, groups: string[]): Promise<void> {
  const phone = await world.network.addPhone('Celular da loja');
  for (const group of groups) await world.network.addGroup(phone, group, 3);
  await createAdministrator(page, world);
  await linkNumber(page, world, phone);
  await syncGroups(page, world, groups);
}

async function start(page: Page): Promise<void> {
  await confirmStart(page);
  await expect(page.getByRole('heading', { name: /^Execução 1/ })).toBeVisible();
}

test('runs that a server out of action missed are told, and the last one is made up for', async ({ page, world }) => {
  await setUp(page, world, ['Clientes']);
  await writeCampaign(page, world, { name: 'Fornada', text: 'Saiu do forno' });
  await page.getByRole('radio', { name: 'A cada intervalo' }).check({ force: true });
  await page.getByLabel('Repetir a cada').fill('1');
  await page.getByLabel('Unidade').selectOption({ label: 'horas' });
  await start(page);
  await expect(page.locator('main .badge').filter({ hasText: /^Concluída$/ }).first()).toBeVisible();

  await restartAfter(page, world, 5 * HOUR + 30 * MINUTE);
  await expect.poll(async () => (await world.network.messages()).length).toBe(2);
  await open(page, world, '/campanhas');
  await page.getByRole('link', { name: 'Fornada' }).click();
  await expect(page.getByText('4 execuções perdidas')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Execução 2' })).toBeVisible();
  // Half an hour, and what the restart took.
  await expect(page.getByText(/Começou 3[01] min depois da hora/)).toBeVisible();
});

test('a run waits while its window is closed and goes on when it opens', async ({ page, world }) => {
  // A message every twenty minutes: the window closes in the middle of the run.
  world.settings.ARAUTO_PACE_SHORTEST_MS = String(20 * MINUTE);
  world.settings.ARAUTO_PACE_LONGEST_MS = String(20 * MINUTE);
  await world.stop();
  await world.start();
  await setUp(page, world, ['Clientes', 'Encomendas']);
  await writeCampaign(page, world, { name: 'Fornada', text: 'Saiu do forno' });
  await page.getByText('Enviar só em certos dias e horas').click();
  for (const day of await page.getByRole('group', { name: 'Janela de envio' }).getByRole('checkbox').all()) {
    await day.check({ force: true });
  }
  await page.getByLabel('Abre às').fill(hour(0));
  await page.getByLabel('Fecha às').fill(hour(2));
  await start(page);
  await expect.poll(async () => (await world.network.messages()).length).toBe(1);
  const run = new URL(page.url()).pathname;

  await restartAfter(page, world, 3 * HOUR);
  await open(page, world, run);
  await expect(page.locator('main .badge').filter({ hasText: /^Enviando$/ }).first()).toBeVisible();
  expect((await world.network.messages()).length).toBe(1);

  await restartAfter(page, world, DAY);
  await open(page, world, run);
  // Messages that waited so long for a connection go when their owner says so.
  await page.getByRole('button', { name: 'Enviar agora' }).click();
  await expect.poll(async () => (await world.network.messages()).length).toBe(2);
  await expect(page.locator('main .badge').filter({ hasText: /^Concluída$/ }).first()).toBeVisible();
});

test('a phone that nobody saw for eleven days is told before WhatsApp unlinks it', async ({ page, world }) => {
  await setUp(page, world, ['Clientes']);
  await restartAfter(page, world, 11 * DAY);
  await open(page, world, '/conexoes');
  await expect(page.getByText('Celular sem sinal há 11 dias')).toBeVisible();
  await page.getByRole('link', { name: 'Loja' }).first().click();
  await expect(page.getByText('Celular sem sinal há 11 dias')).toBeVisible();
  await expect(page.getByText(/faltam 3 dias/)).toBeVisible();
});
