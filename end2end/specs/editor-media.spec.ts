import type { Page } from '@playwright/test';
import { chooseMedia, createAdministrator, expectKept, open, uploadImage } from '../support/actions';
import { png } from '../support/image';
import { expect, test, type World } from '../support/world';

const preview = (page: Page) => page.locator('.phone .bubble-media');
const dialog = (page: Page) => page.getByRole('dialog', { name: 'Escolher mídia' });

async function newCampaign(page: Page, world: World): Promise<void> {
  await open(page, world, '/campanhas/nova');
  await page.getByLabel('Nome da campanha').fill('Fornada');
}

/** Gives the page a file as a clipboard or a drag would. */
async function bring(page: Page, selector: string, event: 'paste' | 'drop', name: string, bytes: Buffer): Promise<void> {
  await page.locator(selector).first().evaluate(
    (element, { event, name, data }) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(data), (char) => char.charCodeAt(0))], name, { type: 'image/png' }));
      element.dispatchEvent(
        event === 'paste'
          ? new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true })
          : new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }),
      );
    },
    { event, name, data: bytes.toString('base64') },
  );
}

test('media is chosen in a dialog with a search, kinds and pages @both', async ({ page, world }) => {
  await createAdministrator(page, world);
  await open(page, world, '/midias');
  const files = Array.from({ length: 26 }, (_, index) => ({
    name: `foto ${String(index + 1).padStart(2, '0')}.png`,
    mimeType: 'image/png',
    buffer: png(40 + index, 30),
  }));
  await page.locator('input[type=file]').setInputFiles([
    ...files,
    { name: 'cardápio.txt', mimeType: 'text/plain', buffer: Buffer.from('Pão, bolo e café\n') },
  ]);
  await expect(page.getByText('27 de 27')).toBeVisible();

  await newCampaign(page, world);
  await page.getByRole('button', { name: 'Escolher mídia' }).click();
  await expect(dialog(page).getByRole('searchbox')).toBeFocused();
  await expect(dialog(page).getByText('Página 1 de 2')).toBeVisible();
  await dialog(page).getByRole('button', { name: 'Próxima página' }).click();
  await expect(dialog(page).getByRole('button', { name: /^foto 01/ })).toBeVisible();
  await dialog(page).getByRole('button', { name: /^Documentos 1$/ }).click();
  await expect(dialog(page).getByRole('button', { name: /^foto/ })).toHaveCount(0);
  await expect(dialog(page).getByRole('button', { name: /^cardápio/ })).toBeVisible();
  await dialog(page).getByRole('button', { name: /^Todas/ }).click();
  await dialog(page).getByRole('searchbox').fill('CARDAPIO');
  await expect(dialog(page).getByRole('button', { name: /^cardápio/ })).toBeVisible();
  await dialog(page).getByRole('searchbox').fill('nada assim');
  await expect(dialog(page).getByRole('button', { name: /^foto/ })).toHaveCount(0);
  await dialog(page).getByRole('button', { name: 'Fechar' }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(page.getByRole('button', { name: 'Escolher mídia' })).toBeFocused();

  await page.getByRole('button', { name: 'Escolher mídia' }).click();
  await dialog(page).getByRole('searchbox').fill('foto 07');
  await dialog(page).getByRole('button', { name: /^foto 07/ }).click();
  await expect(preview(page), 'it shows before anybody saves').toHaveAttribute('alt', 'Imagem: foto 07.png');
  await expectKept(page);
  await page.reload();
  await page.locator('html[data-hydrated]').waitFor({ state: 'attached' });
  await expect(preview(page)).toHaveAttribute('alt', 'Imagem: foto 07.png');

  // On a saved one it is exchanged and taken out just so.
  await chooseMedia(page, 'foto 26.png');
  await expect(preview(page)).toHaveAttribute('alt', 'Imagem: foto 26.png');
  await page.getByRole('button', { name: 'Remover', exact: true }).click();
  await expect(preview(page)).toHaveCount(0);
  await expectKept(page);
});

test('what is uploaded in the editor is chosen at once, by button, paste and drop', async ({ page, world }) => {
  await createAdministrator(page, world);
  await newCampaign(page, world);
  await page.getByRole('button', { name: 'Escolher mídia' }).click();
  await expect(dialog(page).getByText('A biblioteca ainda está vazia.')).toBeVisible();
  await dialog(page).locator('input[type=file]').setInputFiles({ name: 'botão.png', mimeType: 'image/png', buffer: png(60, 40) });
  await expect(dialog(page)).toBeHidden();
  await expect(preview(page)).toHaveAttribute('alt', 'Imagem: botão.png');

  await bring(page, 'textarea', 'paste', 'colada.png', png(61, 40));
  await expect(preview(page)).toHaveAttribute('alt', 'Imagem: colada.png');
  await expect(dialog(page)).toBeHidden();
  await bring(page, '.chosen-media', 'drop', 'solta.png', png(62, 40));
  await expect(preview(page)).toHaveAttribute('alt', 'Imagem: solta.png');
  await expectKept(page);
  await page.reload();
  await expect(preview(page)).toHaveAttribute('alt', 'Imagem: solta.png');
});

test.describe('what the server refuses', () => {
  test.use({ serverRefuses: true });

  test('a file that is refused says why, and the choice before stays', async ({ page, world }) => {
    await createAdministrator(page, world);
    await uploadImage(page, world, 'vitrine.png', png(64, 48));
    await newCampaign(page, world);
    await chooseMedia(page, 'vitrine.png');
    await page.getByRole('button', { name: 'Trocar mídia' }).click();
    await dialog(page).locator('input[type=file]').setInputFiles({ name: 'quebrada.png', mimeType: 'image/png', buffer: png(64, 48).subarray(0, 60) });
    await expect(dialog(page).getByRole('listitem').filter({ hasText: 'quebrada.png' }).locator('.sub')).toContainText(/\w/);
    await expect(dialog(page)).toBeVisible();
    await dialog(page).getByRole('button', { name: 'Fechar' }).click();
    await expect(preview(page)).toHaveAttribute('alt', 'Imagem: vitrine.png');

    // What is deleted elsewhere is told where it was chosen.
    await expectKept(page);
    const other = await page.context().newPage();
    await open(other, world, '/midias');
    await other.getByRole('button', { name: /vitrine\.png/ }).click();
    await other.getByRole('button', { name: /Excluir/ }).last().click();
    await other.close();
    await expect(page.getByText('A mídia escolhida foi excluída. Escolha outra ou deixe sem mídia.')).toBeVisible();
  });
});
