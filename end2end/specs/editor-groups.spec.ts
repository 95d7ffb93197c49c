import { createAdministrator, linkNumber, open } from '../support/actions';
import { expect, test } from '../support/world';

const GROUPS = 5_000;

test('typing stays quick with thousands of chosen groups', async ({ page, world }) => {
  test.setTimeout(300_000);
  const phone = await world.network.addPhone('Celular da loja');
  for (let begun = 0; begun < GROUPS; begun += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, index) => world.network.addGroup(phone, `Vizinhos ${begun + index + 1}`, 2)));
  }
  await createAdministrator(page, world);
  await linkNumber(page, world, phone);
  await open(page, world, '/grupos');
  const sync = page.getByRole('button', { name: 'Sincronizar grupos' });
  if (await sync.isEnabled()) await sync.click();
  await expect(page.getByText(`50 de ${GROUPS.toLocaleString('pt-BR')}`)).toBeVisible({ timeout: 120_000 });

  await open(page, world, '/campanhas/nova');
  await page.getByLabel('Nome da campanha').fill('Aviso');
  const connection = page.getByLabel('Conexão', { exact: true });
  await connection.selectOption(await connection.locator('option', { hasText: 'Loja' }).getAttribute('value'));
  await page.getByRole('button', { name: /Selecionar os 5\.?000 desta busca/ }).click();
  await expect(page.getByRole('heading', { name: /Grupos 5\.?000 selecionados/ })).toBeVisible();
  await expect(page.getByText(/^Salvo (agora|há)/)).toBeVisible({ timeout: 60_000 });

  /** How long the page is busy with each of some keys, in milliseconds: from the key to the next frame. */
  const keys = async (selector: string, letters: string) => {
    await page.locator(selector).focus();
    await page.evaluate(() => {
      const spans: number[] = [];
      (window as unknown as { spans: number[] }).spans = spans;
      document.addEventListener('keydown', (event) => {
        const begun = event.timeStamp;
        requestAnimationFrame(() => setTimeout(() => spans.push(performance.now() - begun)));
      });
    });
    await page.locator(selector).pressSequentially(letters, { delay: 40 });
    const spans = await page.evaluate(() => (window as unknown as { spans: number[] }).spans);
    spans.sort((one, other) => one - other);
    return { median: spans[Math.floor(spans.length / 2)], longest: spans[spans.length - 1] };
  };
  const text = await keys('#texto', 'Saiu do forno agora mesmo, venha buscar!');
  const search = await keys('#busca-grupo', 'vizinhos 4321');
  const told = (name: string, one: { median: number; longest: number }) =>
    `${name}: median ${one.median.toFixed(0)} ms, longest ${one.longest.toFixed(0)} ms`;
  console.log(`with ${GROUPS} chosen groups, a key in ${told('the text', text)}; in ${told('the search', search)}`);
  test.info().annotations.push({ type: 'measured', description: told('text', text) });
  await expect(page.getByRole('checkbox', { name: /^Vizinhos 4321/ })).toBeChecked();

  // One group less counts at once.
  await page.getByRole('checkbox', { name: /^Vizinhos 4321/ }).uncheck();
  await expect(page.getByRole('heading', { name: /Grupos 4\.?999 selecionados/ })).toBeVisible();
  await page.getByRole('button', { name: 'Limpar seleção' }).click();
  await expect(page.getByRole('heading', { name: 'Grupos nenhum selecionado' })).toBeVisible();
});
