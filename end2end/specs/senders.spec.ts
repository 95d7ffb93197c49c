import {
  createAdministrator, linkNumber, open, startCampaign, syncGroups, writeCampaign,
} from '../support/actions';
import { expect, test } from '../support/world';

test('two connections send one campaign, each to its own groups @both', async ({ page, world }) => {
  const [store, branch] = [await world.network.addPhone('Celular da loja'), await world.network.addPhone('Celular da filial')];
  await world.network.addGroup(store, 'Clientes', 3);
  await world.network.addGroup(branch, 'Bairro', 3);
  await world.network.addGroup(branch, 'Entregas', 3);
  await createAdministrator(page, world);
  await linkNumber(page, world, store);
  await syncGroups(page, world, ['Clientes']);
  await linkNumber(page, world, branch, 'Filial');
  await open(page, world, '/grupos');
  await page.getByLabel('Conexão', { exact: true }).selectOption({ label: await optionOf(page, 'Filial') });
  await page.getByRole('button', { name: 'Sincronizar grupos' }).click();
  await expect(page.getByText('Entregas', { exact: true })).toBeVisible();

  await writeCampaign(page, world, { name: 'Aviso', text: 'Oi da {{conexao}}' });
  const others = page.getByRole('region', { name: 'Outras conexões' });
  await others.getByRole('button', { name: 'Adicionar conexão' }).click();
  const chosen = others.getByLabel('Conexão', { exact: true });
  const option = chosen.locator('option', { hasText: 'Filial' });
  await expect(chosen.locator('option', { hasText: 'Loja' }), 'it sends already').toBeDisabled();
  await chosen.selectOption(await option.getAttribute('value'));
  await others.getByRole('button', { name: 'Escolher grupos' }).click();
  await others.getByRole('checkbox', { name: /^Bairro/ }).check();
  await others.getByRole('button', { name: 'Selecionar os 2 desta busca' }).click();
  await expect(others.getByText('2 grupos', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Salvar', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Aviso', level: 1 })).toBeVisible();

  // What is saved is there again after a load.
  await page.reload();
  await page.locator('html[data-hydrated]').waitFor({ state: 'attached' });
  await expect(others.getByText('2 grupos', { exact: true })).toBeVisible();
  await startCampaign(page);
  await expect(page.locator('main .badge').filter({ hasText: /^Concluída/ }).first()).toBeVisible();
  await expect(page.getByText('conexões Loja, Filial')).toBeVisible();
  const messages = await world.network.messages();
  expect(messages.map((message) => message.text).sort()).toEqual(['Oi da Filial', 'Oi da Filial', 'Oi da Loja']);
});

test('a campaign with a pace of its own says that it waits for it', async ({ page, world }) => {
  const phone = await world.network.addPhone('Celular da loja');
  for (const name of ['Clientes', 'Bairro']) await world.network.addGroup(phone, name, 3);
  await createAdministrator(page, world);
  await linkNumber(page, world, phone);
  await syncGroups(page, world, ['Clientes', 'Bairro']);
  await writeCampaign(page, world, { name: 'Aviso', text: 'oi' });
  const pace = page.getByRole('region', { name: 'Ritmo desta campanha' });
  await pace.getByLabel('De (segundos)').fill('600');
  await expect(pace.getByText(/nos dois campos/)).toBeVisible();
  await pace.getByLabel('Até (segundos)').fill('300');
  await expect(pace.getByText(/não pode ser menor/)).toBeVisible();
  await pace.getByLabel('Até (segundos)').fill('900');
  await startCampaign(page);
  await expect(page.getByText(/^Ritmo da campanha: próxima mensagem em/)).toBeVisible();
  // The pace counts from the moment before the first message leaves.
  await expect.poll(async () => (await world.network.messages()).length).toBe(1);
});

async function optionOf(page: import('@playwright/test').Page, name: string): Promise<string> {
  const option = page.getByLabel('Conexão', { exact: true }).locator('option', { hasText: name });
  return (await option.textContent()) ?? '';
}
