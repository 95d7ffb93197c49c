import { expect, type Page } from '@playwright/test';
import type { World } from './world';

/** What a person does, in their own words: each action looks only at what the page shows. */

export async function createAdministrator(page: Page, world: World): Promise<void> {
  await page.goto(world.url);
  await expect(page.getByRole('heading', { name: 'Criar o administrador' })).toBeVisible();
  await page.getByLabel('Seu nome').fill('Administração');
  await page.getByLabel('Espaço de trabalho').fill('Comunidade');
  await page.getByLabel('E-mail').fill('admin@exemplo.com.br');
  await page.getByLabel('Senha').fill('uma senha comprida');
  await page.getByRole('button', { name: 'Criar e entrar' }).click();
  await expect(page.getByRole('heading', { name: 'Painel', level: 1 })).toBeVisible();
}

/** Creates a connection and lets the phone scan the code that the page shows. */
export async function linkNumber(page: Page, world: World, phone: string, name = 'Loja'): Promise<void> {
  await open(page, world, '/conexoes');
  await page.getByLabel('Nome da conexão').fill(name);
  await page.getByRole('button', { name: 'Criar e mostrar o QR' }).click();
  await expect(page.getByRole('img', { name: `Código QR para conectar ${name}` })).toBeVisible();
  await scanShownCode(page, world, phone);
  await expectState(page, 'Conectada');
}

/** Copies the text of the code, as somebody without a camera would, into the phone. */
export async function scanShownCode(page: Page, world: World, phone: string): Promise<void> {
  const text = page.getByLabel('Código em texto');
  await page.getByText('Copiar o código em texto').click();
  await expect(text).not.toHaveValue('');
  await world.network.scan(await text.inputValue(), phone);
}

export async function expectState(page: Page, state: string): Promise<void> {
  await expect(page.locator('main .badge').filter({ hasText: new RegExp(`^${state}$`) }).first()).toBeVisible({ timeout: 60_000 });
}

export async function syncGroups(page: Page, world: World, subjects: string[]): Promise<void> {
  await open(page, world, '/grupos');
  await page.getByRole('button', { name: 'Sincronizar grupos' }).click();
  for (const subject of subjects) {
    await expect(page.getByText(subject, { exact: true })).toBeVisible();
  }
}

export async function uploadImage(page: Page, world: World, name: string, buffer: Buffer): Promise<void> {
  await open(page, world, '/midias');
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'image/png', buffer });
  await expect(page.locator('main').getByText(name).first()).toBeVisible();
  await expect(page.locator('img[src*="/miniatura"]').first()).toBeVisible();
}

export interface Message {
  name: string;
  connection?: string;
  text: string;
  image?: string;
}

/** Fills the editor's form and chooses every group. */
export async function writeCampaign(page: Page, world: World, message: Message): Promise<void> {
  await open(page, world, '/campanhas/nova');
  await page.getByLabel('Nome da campanha').fill(message.name);
  const connection = page.getByLabel('Conexão', { exact: true });
  const option = connection.locator('option', { hasText: message.connection ?? 'Loja' });
  await connection.selectOption(await option.getAttribute('value'));
  await page.getByRole('button', { name: /Selecionar os? \d+ desta busca/ }).click();
  if (message.image) await chooseMedia(page, message.image);
  await page.getByRole('textbox', { name: /Texto|Legenda/ }).fill(message.text);
}

/** Chooses a file of the library for the (first) variant of a campaign. */
export async function chooseMedia(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: /^(Escolher|Trocar) mídia$/ }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Escolher mídia' });
  await dialog.getByRole('button', { name: new RegExp(`^${name.replace('.', '\\.')}`) }).click();
  await expect(dialog).toBeHidden();
}

/** Reads that what is written is in the store. */
export async function expectKept(page: Page): Promise<void> {
  await expect(page.getByText(/^Salvo (agora|há)/)).toBeVisible();
}

/** Starts the written campaign where a start leads: at the look at what it will do. */
export async function confirmStart(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Iniciar campanha' }).click();
  await expect(page.getByRole('heading', { name: 'Conferência' })).toBeVisible();
  await page.getByRole('button', { name: 'Iniciar agora' }).click();
}

export async function startCampaign(page: Page): Promise<void> {
  await confirmStart(page);
  await expect(page.getByRole('heading', { name: /^Execução \d+/ })).toBeVisible();
}

/** Opens a page and waits until it is alive: buttons act from then on without a page load. */
export async function open(page: Page, world: World, path: string): Promise<void> {
  await page.goto(world.url + path);
  await page.locator('html[data-hydrated]').waitFor({ state: 'attached' });
}
