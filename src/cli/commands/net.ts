/** `demine net`: connections, listeners and exposure, by process. */
import type { Language } from '../../messages/catalogue.ts';
import { renderNetwork } from '../../report/network.ts';
import { lookOptions, runScan } from '../session.ts';
import { viewOf, write } from '../terminal.ts';

export async function netCommand(args: {
  readonly language: Language;
  readonly all: boolean;
  readonly interval: number;
  readonly keepSecrets: boolean;
  readonly config: string | undefined;
}): Promise<number> {
  const { result } = await runScan(undefined, { ...lookOptions(args), persistence: false });
  await write(`${renderNetwork(result, { ...viewOf(args.language), all: args.all })}\n`);
  return 0;
}
