import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAdministrator, linkNumber, open, startCampaign, syncGroups, writeCampaign } from '../support/actions';
import { png } from '../support/image';
import { expect, test } from '../support/world';

test.use({ serverRefuses: true });

test('files that are no images are refused with the reason', async ({ page, world }) => {
  await createAdministrator(page, world);
  const refused = [
    { name: 'nota.png', content: Buffer.from('isto não é uma imagem'), says: 'JPEG, PNG e WebP' },
    { name: 'vazia.png', content: Buffer.alloc(0), says: 'O arquivo está vazio' },
    { name: 'enorme.png', content: Buffer.concat([png(64, 64), Buffer.alloc(60 * 1024 * 1024)]), says: 'passa do limite' },
  ];
  for (const file of refused) {
    await open(page, world, '/midias');
    const path = join(world.folder, file.name);
    writeFileSync(path, file.content);
    await page.locator('input[type=file]').setInputFiles(path);
    await expect(page.locator('main').getByText(file.says).first()).toBeVisible();
    await expect(page.locator('img[src*="/miniatura"]')).toHaveCount(0);
  }
});

test('a text beyond the limit is refused with both numbers and kept', async ({ page, world }) => {
  const phone = await world.network.addPhone('Celular da loja');
  await world.network.addGroup(phone, 'Clientes', 3);
  await createAdministrator(page, world);
  await linkNumber(page, world, phone);
  await syncGroups(page, world, ['Clientes']);
  const text = 'a'.repeat(70_000);
  await writeCampaign(page, world, { name: 'Longa', text });
  await page.getByRole('button', { name: 'Salvar' }).click();
  await expect(page.locator('main').getByText(/O texto tem 70\.?000 caracteres/).first()).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Texto' })).toHaveValue(text);
});

test('a group where only administrators send is skipped with its reason', async ({ page, world }) => {
  const phone = await world.network.addPhone('Celular da loja');
  await world.network.addGroup(phone, 'Clientes', 3);
  await world.network.addGroup(phone, 'Avisos do bairro', 4, { announce: true, admin: false });
  await createAdministrator(page, world);
  await linkNumber(page, world, phone);
  await syncGroups(page, world, ['Clientes', 'Avisos do bairro']);
  await writeCampaign(page, world, { name: 'Aviso', text: 'oi' });
  // "Select all" leaves it out; a person may insist.
  await page.getByRole('checkbox', { name: /Avisos do bairro/ }).check();
  await startCampaign(page);
  await expect(page.locator('main .badge').filter({ hasText: /^Concluída/ }).first()).toBeVisible();
  await expect(page.getByText('Só administradores enviam, e este número não é um.').first()).toBeVisible();
  expect((await world.network.messages()).length).toBe(1);
});

test('an unlinked phone is told and the run waits', async ({ page, world }) => {
  world.settings.ARAUTO_PACE_SHORTEST_MS = '300';
  world.settings.ARAUTO_PACE_LONGEST_MS = '400';
  await world.stop();
  await world.start();
  const phone = await world.network.addPhone('Celular da loja');
  for (let index = 0; index < 12; index++) await world.network.addGroup(phone, `Grupo ${index + 1}`, 3);
  await createAdministrator(page, world);
  await linkNumber(page, world, phone);
  await syncGroups(page, world, ['Grupo 12']);
  await writeCampaign(page, world, { name: 'Aviso', text: 'oi' });
  await startCampaign(page);
  await expect.poll(async () => (await world.network.messages()).length).toBeGreaterThan(2);
  await world.network.unlink(phone);
  await expect(page.getByText('A execução espera a conexão Loja')).toBeVisible();
  await expect(page.getByText('Desvinculada pelo celular').first()).toBeVisible();
});
