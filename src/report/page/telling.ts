/** What the parts of the section on the way in share: what is told, in which words, and links to lines of it. */
import type { IncidentTexts } from '../../messages/incident.ts';
import type { WayInTexts } from '../../messages/way-in.ts';
import { html, type Raw } from '../escape.ts';
import { chainAnchor, mostChain } from '../way-in/moments.ts';
import type { Story, Way } from '../way-in/story.ts';
import type { Page } from './parts.ts';

export interface Telling {
  readonly page: Page;
  readonly story: Story;
  readonly texts: WayInTexts;
  readonly incident: IncidentTexts;
}

/** Lines that one claim leads to. */
export const mostRefs = 3;

export const link = (to: string, text: string): Raw => html`<a href="#${to}">${text}</a>`;

/** How many rows were left out, where some were. */
export const moreRows = (page: Page, left: number): Raw =>
  left > 0 ? html`<p class="note">${page.texts.page.moreRows({ count: left })}</p>` : html``;

/** Lines of a chain that show these steps. */
export function stepRefs(ways: readonly Way[], way: number, steps: readonly string[]): readonly Raw[] {
  const chain = ways[way]?.chain.slice(0, mostChain) ?? [];
  return chain
    .flatMap(({ step }, index) => (steps.includes(step) ? [chainAnchor(way, index)] : []))
    .slice(0, mostRefs)
    .map((to) => link(to, to));
}

/** A name at the beginning of a line. */
export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
