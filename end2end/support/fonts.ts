import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';

const packages = join(__dirname, '../../node_modules/@fontsource');

function face(family: string, file: string, weight = 400, style = 'normal'): string {
  const bytes = readFileSync(join(packages, file)).toString('base64');
  return `@font-face { font-family: "${family}"; font-weight: ${weight}; font-style: ${style};
    src: url(data:font/woff2;base64,${bytes}) format("woff2"); }`;
}

/** Draws the page with fonts that are the same on every machine, so that its pictures can be compared. */
export async function useSameFonts(page: Page): Promise<void> {
  const roboto = (weight: number, style: string) =>
    face('Same', `roboto/files/roboto-latin-${weight}-${style}.woff2`, weight, style);
  const faces = [400, 500, 700].flatMap((weight) => ['normal', 'italic'].map((style) => roboto(weight, style)));
  const writing = (name: string, weight: number) =>
    face(`Same ${name}`, `noto-sans-${name}/files/noto-sans-${name}-${name}-${weight}-normal.woff2`, weight);
  for (const weight of [400, 700]) faces.push(writing('arabic', weight), writing('hebrew', weight));
  faces.push(face('Same Emoji', 'noto-color-emoji/files/noto-color-emoji-emoji-400-normal.woff2'));
  faces.push(face('Same Mono', 'roboto-mono/files/roboto-mono-latin-400-normal.woff2'));
  const others = '"Same arabic", "Same hebrew", "Same Emoji"';
  const use = `:root { --font: "Same", ${others}, sans-serif !important; --mono: "Same Mono", ${others}, monospace !important; }`;
  await page.addStyleTag({ content: [...faces, use].join('\n') });
  await page.evaluate(() => document.fonts.ready);
}
