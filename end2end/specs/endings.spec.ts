import type { Page } from '@playwright/test';
import {
  createAdministrator, expectState, linkNumber, open, scanShownCode, startCampaign, syncGroups, writeCampaign,
} from '../support/actions';
import { expect, test, type World } from '../support/world';

/** The words of the badge, of the advice, and of the button that helps; without one, time does. */
interface Ending {
  name: string;
  provoke: (world: World, phone: string) => Promise<unknown>;
  state: string;
  cause: RegExp;
  advice: RegExp;
  action?: string;
}

/** Cuts the connection and has WhatsApp refuse the next login. */
const refusedLogin = (refusal: Record<string, unknown>) => async (world: World) => {
  await world.network.fault({ fault: 'refuse_logins', ...refusal });
  await world.network.fault({ fault: 'drop' });
};

const ENDINGS: Ending[] = [
  {
    name: 'replaced',
    provoke: (world) => world.network.fault({ fault: 'stream_error', conflict: 'replaced' }),
    state: 'Aberta em outro lugar',
    cause: /Outro programa abriu esta mesma sessão/,
    advice: /Feche o outro programa e toque em Usar aqui/,
    action: 'Usar aqui',
  },
  {
    name: 'locked by WhatsApp',
    provoke: refusedLogin({ reason: 403 }),
    state: 'Bloqueada',
    cause: /O WhatsApp bloqueou este número/,
    advice: /peça uma revisão/,
    action: 'Tentar de novo',
  },
  {
    name: 'an outdated client',
    provoke: refusedLogin({ reason: 405 }),
    state: 'Atualização necessária',
    cause: /exige uma versão mais nova do Arauto/,
    advice: /atualize o Arauto/,
    action: 'Tentar de novo',
  },
  {
    name: 'a temporary ban with its end',
    provoke: refusedLogin({ reason: 402, code: 101, expire: 8 }),
    state: 'Bloqueio temporário',
    cause: /O WhatsApp bloqueou este número até \d\d\/\d\d\/\d{4}/,
    advice: /Espere o prazo terminar/,
  },
];

/** The count beside "Conexões" in the navigation. */
function inNeed(page: Page) {
  return page.getByRole('navigation', { name: 'Principal' }).getByText(/^\d+ conex(ão precisa|ões precisam) de você$/);
}

async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow).toBeLessThanOrEqual(0);
}

test('@both every ending says what happened, why and what to do, and the way out works', async ({ page, world }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const phone = await world.network.addPhone('Celular da loja');
  await createAdministrator(page, world);
  await linkNumber(page, world, phone);
  await expect(inNeed(page)).toHaveCount(0);
  for (const ending of ENDINGS) {
    await test.step(ending.name, async () => {
      await ending.provoke(world, phone);
      await expectState(page, ending.state);
      await expect(page.getByText(ending.cause).first()).toBeVisible();
      await expect(page.getByText(ending.advice).first()).toBeVisible();
      await expect(inNeed(page)).toHaveText('1 conexão precisa de você');
      await expectNoSidewaysScroll(page);
      await world.network.liftFaults();
      if (ending.action) await page.getByRole('button', { name: ending.action, exact: true }).click();
      await expectState(page, 'Conectada');
      await expect(inNeed(page)).toHaveCount(0);
    });
  }
  await page.getByText('Ver as mais antigas').click();
  await expect(page.locator('.timeline li').filter({ hasText: 'Bloqueada' }).first()).toBeVisible();
});

test('@both a phone that unlinked it can link it again, and groups and campaigns are still there', async ({ page, world }) => {
  const phone = await world.network.addPhone('Celular da loja');
  await world.network.addGroup(phone, 'Clientes', 3);
  await createAdministrator(page, world);
  await linkNumber(page, world, phone);
  const address = page.url();
  await syncGroups(page, world, ['Clientes']);
  await writeCampaign(page, world, { name: 'Aviso', text: 'oi' });
  await page.getByRole('button', { name: 'Salvar' }).click();
  await open(page, world, '/campanhas');
  await expect(page.getByRole('link', { name: 'Aviso' }).first()).toBeVisible();

  await world.network.unlink(phone);
  // The owner learns of it wherever they are.
  await expect(inNeed(page)).toHaveText('1 conexão precisa de você');
  await page.goto(address);
  await expectState(page, 'Desvinculada pelo celular');
  await expect(page.getByText('Alguém tocou em Desconectar no celular').first()).toBeVisible();
  await page.getByRole('button', { name: 'Mostrar o QR' }).click();
  await expect(page.getByRole('img', { name: 'Código QR para conectar Loja' })).toBeVisible();
  await scanShownCode(page, world, phone);
  await expectState(page, 'Conectada');
  await expect(inNeed(page)).toHaveCount(0);

  await open(page, world, '/grupos');
  await expect(page.getByText('Clientes', { exact: true })).toBeVisible();
  await open(page, world, '/campanhas');
  await page.getByRole('link', { name: 'Aviso' }).first().click();
  await startCampaign(page);
  await expect(page.locator('main .badge').filter({ hasText: /^Concluída/ }).first()).toBeVisible();
  expect((await world.network.messages()).map((message) => message.accepted)).toEqual([1]);
});

test.describe('while the server goes down', () => {
  test.use({ serverGoesDown: true });

  test('pairing by QR code goes on after kill -9', async ({ page, world }) => {
    const phone = await world.network.addPhone('Celular da loja');
    await createAdministrator(page, world);
    await open(page, world, '/conexoes');
    await page.getByLabel('Nome da conexão').fill('Loja');
    await page.getByRole('button', { name: 'Criar e mostrar o QR' }).click();
    await expect(page.getByRole('img', { name: 'Código QR para conectar Loja' })).toBeVisible();
    await world.kill();
    await world.start();
    // The code of before is worth nothing: the page offers another one, and never that one again.
    await expectState(page, 'Não conectada');
    await page.getByRole('button', { name: 'Mostrar o QR' }).click();
    await expect(page.getByRole('img', { name: 'Código QR para conectar Loja' })).toBeVisible();
    await scanShownCode(page, world, phone);
    await expectState(page, 'Conectada');
  });

  test('pairing by code goes on after kill -9', async ({ page, world }) => {
    const phone = await world.network.addPhone('Celular da loja');
    await createAdministrator(page, world);
    await open(page, world, '/conexoes');
    await page.getByLabel('Nome da conexão').fill('Loja');
    await page.getByRole('button', { name: 'Criar e mostrar o QR' }).click();
    await page.getByRole('link', { name: 'Código de 8 letras' }).click();
    await page.getByLabel('Número do celular').fill(`+${phone}`);
    await page.getByRole('button', { name: /Gerar (outro )?código/ }).click();
    const code = page.locator('output.code');
    await expect(code).toHaveText(/^[1-9A-Z]{4}-[1-9A-Z]{4}$/);
    await world.kill();
    await world.start();
    await expectState(page, 'Não conectada');
    await page.getByLabel('Número do celular').fill(`+${phone}`);
    await page.getByRole('button', { name: /Gerar (outro )?código/ }).click();
    await expect(code).toHaveText(/^[1-9A-Z]{4}-[1-9A-Z]{4}$/);
    await world.network.typeCode((await code.textContent()) ?? '', phone);
    await expectState(page, 'Conectada');
  });
});

for (const answer of ['send', 'drop'] as const) {
  test(`what waited through an outage waits for its owner, who chooses to ${answer}`, async ({ page, world }) => {
    Object.assign(world.settings, {
      ARAUTO_PACE_SHORTEST_MS: '700',
      ARAUTO_PACE_LONGEST_MS: '900',
      ARAUTO_SHORT_OUTAGE_MS: '2000',
      ARAUTO_ACK_DEADLINE_MS: '3000',
    });
    await world.stop();
    await world.start();
    const phone = await world.network.addPhone('Celular da loja');
    const groups = 12;
    for (let index = 0; index < groups; index++) await world.network.addGroup(phone, `Grupo ${index + 1}`, 3);
    await createAdministrator(page, world);
    await linkNumber(page, world, phone);
    const connection = page.url();
    await syncGroups(page, world, ['Grupo 12']);
    await writeCampaign(page, world, { name: 'Aviso', text: 'oi' });
    await startCampaign(page);
    const run = page.url();
    await expect.poll(async () => (await world.network.messages()).length).toBeGreaterThan(1);

    await page.goto(connection);
    await page.locator('html[data-hydrated]').waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Pausar' }).click();
    await expectState(page, 'Pausada por você');
    // The absence itself.
    await page.waitForTimeout(2_500);
    const before = (await world.network.messages()).length;
    await page.getByRole('button', { name: 'Retomar' }).click();
    await expect(page.getByText(/A conexão Loja voltou depois de \d+ s fora do ar/)).toBeVisible();
    await expect(inNeed(page)).toHaveText('1 conexão precisa de você');
    expect((await world.network.messages()).length, 'nothing leaves before the answer').toBe(before);

    if (answer === 'send') {
      await page.getByRole('button', { name: 'Enviar agora' }).click();
    } else {
      await page.getByRole('button', { name: 'Descartar…' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Descartar', exact: true }).click();
    }
    await expect(inNeed(page)).toHaveCount(0);
    await page.goto(run);
    await expect(page.locator('main .badge').filter({ hasText: /^Concluída/ }).first()).toBeVisible({ timeout: 60_000 });
    const messages = await world.network.messages();
    expect(messages.length, 'one id per group').toBe(new Set(messages.map((message) => message.chat)).size);
    if (answer === 'send') {
      expect(messages.length).toBe(groups);
    } else {
      // One may have been handed over when the connection was paused: it is confirmed all the same.
      expect(messages.length).toBeLessThanOrEqual(before + 1);
    }
  });
}
