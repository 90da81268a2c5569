/** `demine rules`: every rule that can be reported, with what it says. */
import { analyzers, ownerRules } from '../../detect/judge.ts';
import type { Language } from '../../messages/catalogue.ts';
import { messagesFor } from '../../messages/index.ts';
import { write } from '../terminal.ts';

export async function rulesCommand(language: Language): Promise<number> {
  const { ruleNames } = messagesFor(language);
  const ids = [...new Set([...analyzers.flatMap((analyzer) => analyzer.rules), ...ownerRules])].sort();
  const widest = Math.max(...ids.map((id) => id.length));
  await write(ids.map((id) => `${id.padEnd(widest)}  ${ruleNames[id]}\n`).join(''));
  return 0;
}
