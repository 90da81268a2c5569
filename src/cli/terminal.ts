/** What we write to: width, colour, progress. */
import type { Language } from '../messages/catalogue.ts';
import type { Stage } from '../messages/cli.ts';
import { messagesFor } from '../messages/index.ts';

const narrowest = 40;
const widest = 160;

export interface View {
  readonly width: number;
  /** Lines that a screen can take and still show the prompt; more where there is no screen. */
  readonly height: number;
  readonly color: boolean;
  readonly language: Language;
}

/** Columns and colour of standard output; NO_COLOR (no-color.org) is honoured. */
export function viewOf(language: Language): View {
  const columns = process.stdout.columns ?? Number(process.env['COLUMNS'] ?? 80);
  const width = Number.isFinite(columns) ? Math.min(widest, Math.max(narrowest, columns)) : 80;
  const plain = process.env['NO_COLOR'];
  const color = process.stdout.isTTY === true && (plain === undefined || plain === '');
  const height = (process.stdout.rows ?? 51) - 1;
  return { width, height, color, language };
}

/** Shows the stage on one line of stderr, only in a terminal. */
export function progressOn(language: Language): { stage: (stage: Stage) => void; end: () => void } {
  if (process.stderr.isTTY !== true) return { stage: () => {}, end: () => {} };
  const texts = messagesFor(language).cli.stages;
  return {
    stage: (stage) => process.stderr.write(`\r\x1b[K${texts[stage]} …`),
    end: () => process.stderr.write('\r\x1b[K'),
  };
}

/**
 * Writes all of a text to standard output, also when it is a slow pipe.
 * @returns false where nobody reads any more, which is no error
 */
export async function write(text: string | Uint8Array): Promise<boolean> {
  try {
    await Bun.write(Bun.stdout, text);
    return true;
  } catch (thrown) {
    // A terminal that went away answers with EIO.
    const gone = thrown instanceof Error && 'code' in thrown && /^(?:EPIPE|EIO)$/.test(String(thrown.code));
    if (!gone) throw thrown;
    return false;
  }
}

/**
 * Goes on when the terminal goes away: a removal that is left half done leaves guards held and timers set, and a
 * connection breaks just when a host is cut off. The ledger keeps what could not be shown.
 * @returns how to be ended by it again
 */
export function outliveTerminal(): () => void {
  const goOn = (): void => {};
  process.on('SIGHUP', goOn);
  return () => {
    process.off('SIGHUP', goOn);
  };
}
