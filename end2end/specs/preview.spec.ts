import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { createAdministrator, open } from '../support/actions';
import { useSameFonts } from '../support/fonts';
import { expect, test } from '../support/world';

/** The cases of the formatting parser's corpus, by the headings that they stand under. */
function corpus(): Map<string, string[]> {
  const text = readFileSync(join(__dirname, '../../app/src/domain/formatting/corpus.txt'), 'utf8');
  const sections = new Map<string, string[]>();
  let cases: string[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('# ')) sections.set(line.slice(2), (cases = []));
    else if (line) cases.push(line.split(' => ')[0].replaceAll('↵', '\n').replaceAll('·', ' '));
  }
  return sections;
}

/** What no font of ours can draw: one for ideographs would be larger than all others together. */
const UNDRAWN = /\p{Script=Han}/u;

/** Whole messages beside the corpus, by the names of their pictures. */
const MESSAGES = new Map([
  [
    'emoji',
    ['Bom dia! ☀️ 😀😂🥰', '*Promoção* 🎉🔥 só *hoje* 👉🏽 2️⃣ por 1️⃣', '👨‍👩‍👧‍👦 🧑🏾‍🍳 🇧🇷 🏳️‍🌈 ❤️‍🔥', '- 🥖 Pão\n- 🍰 Bolo', '> 🕐 Até as 18h'],
  ],
  [
    'right-to-left',
    [
      'مرحبا بكم في متجرنا، *خصم 30%* حتى 25/12 (اليوم فقط)',
      '- خبز\n- _كعك_',
      '> اقتباس 🎉',
      'שלום לכולם! *מבצע* ב-Padaria São João',
      'O grupo مرحبا abre às 9h',
      '1. אחד\n2. שתיים',
      'سلام',
    ],
  ],
]);

async function write(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Texto' }).fill(text);
  const more = page.locator('.phone .read-more');
  if (await more.isVisible()) await more.click();
}

/** The time moves on; everything else of the phone stands still. */
async function stopTime(page: Page): Promise<void> {
  await page.locator('.phone .bubble-meta').evaluate((meta) => {
    const time = [...meta.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    if (time) time.textContent = '14:30';
  });
}

test.describe('the phone', () => {
  test.use({ bypassCSP: true });

  test('draws the corpus as it was reviewed', async ({ page, world }) => {
    await createAdministrator(page, world);
    await open(page, world, '/campanhas/nova');
    await useSameFonts(page);
    const phone = page.locator('.phone');
    for (const [section, cases] of [...corpus(), ...MESSAGES]) {
      await write(page, cases.filter((text) => !UNDRAWN.test(text)).join('\n\n'));
      await stopTime(page);
      const name = section.toLowerCase().replaceAll(/[^a-z]+/g, '-');
      for (const scheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: scheme });
        await expect.soft(phone).toHaveScreenshot(`${name}-${scheme}.png`, { maxDiffPixelRatio: 0.02 });
      }
    }
  });
});

test('a long text is folded until it is unfolded, also while one writes on', async ({ page, world }) => {
  await createAdministrator(page, world);
  await open(page, world, '/campanhas/nova');
  const text = page.getByRole('textbox', { name: 'Texto' });
  const long = `*Promoção* da semana. ${'Venha conhecer. '.repeat(60)}`;
  await text.fill(`${long}Até sábado.`);
  const bubble = page.locator('.phone .bubble');
  await expect(bubble.locator('b').filter({ visible: true })).toHaveText('Promoção');
  await expect(bubble.getByText('Até sábado.').filter({ visible: true })).toHaveCount(0);
  await bubble.getByText('Ler mais').click();
  await expect(bubble.getByText('Até sábado.').filter({ visible: true })).toHaveCount(1);
  await expect(bubble.getByText('Ler mais')).toBeHidden();
  await text.fill(`${long}Até domingo.`);
  await expect(bubble.getByText('Até domingo.').filter({ visible: true })).toHaveCount(1);
  await text.fill('Curto.');
  await expect(bubble.getByText('Curto.').filter({ visible: true })).toHaveCount(1);
});
