import type { Page } from '@playwright/test';
import { createAdministrator, expectState, linkNumber, open, scanShownCode } from '../support/actions';
import { expect, test, type World } from '../support/world';

test.use({ serverRefuses: true });

/** Creates a connection and leads to its page, where it begins to pair. */
async function createConnection(page: Page, world: World, name = 'Loja'): Promise<void> {
  await open(page, world, '/conexoes');
  await page.getByLabel('Nome da conexão').fill(name);
  await page.getByRole('button', { name: 'Criar e mostrar o QR' }).click();
  await expect(page.getByRole('img', { name: `Código QR para conectar ${name}` })).toBeVisible();
}

async function askForCode(page: Page, number: string): Promise<void> {
  await page.getByLabel('Número do celular').fill(number);
  await page.getByRole('button', { name: /Gerar (outro )?código/ }).click();
}

/** The code that the page shows. */
async function shownCode(page: Page): Promise<string> {
  const code = page.locator('output.code');
  await expect(code).toHaveText(/^[1-9A-Z]{4}-[1-9A-Z]{4}$/);
  return (await code.textContent()) ?? '';
}

async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow).toBeLessThanOrEqual(0);
}

test('a code typed into the phone links it, after a wrong number and a wrong code', async ({ page, world }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const phone = await world.network.addPhone('Celular da loja');
  await createAdministrator(page, world);
  await createConnection(page, world);
  await page.getByRole('link', { name: 'Código de 8 letras' }).click();
  await askForCode(page, '95550-0142');
  await expect(page.getByText('Falta o DDD.').first()).toBeVisible();
  await expectNoSidewaysScroll(page);

  await askForCode(page, `+${phone}`);
  const code = await shownCode(page);
  await expect(page.getByText(/Expira em \d/)).toBeVisible();
  await expectNoSidewaysScroll(page);
  await expect(world.network.typeCode('AAAA-1111', phone)).rejects.toThrow('code_wrong');
  await world.network.typeCode(code, phone);
  await expectState(page, 'Conectada');
});

test('a code that expired says so and another one links', async ({ page, world }) => {
  const phone = await world.network.addPhone('Celular da loja');
  await createAdministrator(page, world);
  await createConnection(page, world);
  await page.getByRole('link', { name: 'Código de 8 letras' }).click();
  await askForCode(page, `+${phone}`);
  await shownCode(page);
  await world.network.withdrawCode(phone);
  await expect(page.getByText('O código expirou sem uso').first()).toBeVisible();
  await expectState(page, 'Não conectada');

  // The number is still there: one press asks for another code.
  await expect(page.getByLabel('Número do celular')).toHaveValue(`+${phone}`);
  await page.getByRole('button', { name: 'Gerar outro código' }).click();
  await world.network.typeCode(await shownCode(page), phone);
  await expectState(page, 'Conectada');
});

test('codes are asked for and given up before the page is alive', async ({ page, world, browser }) => {
  const phone = await world.network.addPhone('Celular da loja');
  await createAdministrator(page, world);
  await createConnection(page, world);
  const address = page.url();
  await page.goto('about:blank');

  const context = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
  const plain = await context.newPage();
  await plain.goto(address);
  await plain.getByRole('link', { name: 'Código de 8 letras' }).click();
  await askForCode(plain, 'sem número');
  await expect(plain.getByText('Um número só tem algarismos').first()).toBeVisible();
  await askForCode(plain, `+${phone}`);
  await expect(async () => {
    await plain.goto(address);
    await expect(plain.locator('output.code')).toHaveText(/-/, { timeout: 200 });
  }).toPass();
  await plain.getByRole('button', { name: 'Cancelar' }).click();
  await expectState(plain, 'Não conectada');
  await context.close();
});

test('what the phone and WhatsApp demand or refuse is told', async ({ page, world }) => {
  const phone = await world.network.addPhone('Celular da loja');
  await createAdministrator(page, world);
  await createConnection(page, world);
  await world.network.fault({ fault: 'refuse_pairing', next: 1 });
  await expect(scanShownCode(page, world, phone)).rejects.toThrow('scan_signature');
  await expect(page.getByText('O celular ou o WhatsApp recusou a vinculação').first()).toBeVisible();

  await world.network.fault({ fault: 'refuse_queries', code: 429, text: 'rate-overlimit', xmlns: 'md', next: 1 });
  await page.getByRole('link', { name: 'Código de 8 letras' }).click();
  await askForCode(page, `+${phone}`);
  await expect(page.getByText('O WhatsApp recebeu pedidos de código demais').first()).toBeVisible();

  await page.getByRole('link', { name: 'Código QR' }).click();
  await page.getByRole('button', { name: 'Mostrar o QR' }).click();
  await expect(page.getByRole('img', { name: 'Código QR para conectar Loja' })).toBeVisible();
  await world.network.fault({ fault: 'demand_passkey', next: 1 });
  await expect(scanShownCode(page, world, phone)).rejects.toThrow('passkey');
  await expect(page.getByText('O WhatsApp pediu a chave de acesso desta conta')).toBeVisible();
  await page.getByRole('button', { name: 'Cancelar' }).click();
  await expectState(page, 'Não conectada');
});

test('another number is asked about, and the owner decides', async ({ page, world }) => {
  const phone = await world.network.addPhone('Celular da loja');
  const other = await world.network.addPhone('Celular da filial');
  await createAdministrator(page, world);
  await linkNumber(page, world, phone);
  await world.network.unlink(phone);
  await expectState(page, 'Desvinculada pelo celular');
  await expect(page.getByText('Último número:')).toBeVisible();

  const scanWithOther = async () => {
    await page.getByRole('button', { name: 'Mostrar o QR' }).click();
    await expect(page.getByRole('img', { name: 'Código QR para conectar Loja' })).toBeVisible();
    await scanShownCode(page, world, other);
    await expectState(page, 'Outro número');
    await expect(page.getByText('Este celular é outro').first()).toBeVisible();
  };
  await scanWithOther();
  await page.getByRole('button', { name: 'Desvincular' }).click();
  await expectState(page, 'Não conectada');
  await expect(page.getByText('O outro número foi desvinculado').first()).toBeVisible();

  await scanWithOther();
  await page.getByRole('button', { name: 'Usar este número' }).click();
  await expectState(page, 'Conectada');
});

test('a number that two connections share is told on both', async ({ page, world }) => {
  const phone = await world.network.addPhone('Celular da loja');
  await createAdministrator(page, world);
  await linkNumber(page, world, phone);
  await linkNumber(page, world, phone, 'Filial');
  await expect(page.getByText('Este número também está em Loja')).toBeVisible();
  await open(page, world, '/conexoes');
  await page.getByRole('link', { name: 'Abrir Loja' }).click();
  await expect(page.getByText('Este número também está em Filial')).toBeVisible();
});
