/** The reason that a sign in a command gives. */
import type { Evidence } from '../../model/finding.ts';
import type { Sign } from '../command/sign.ts';
import type { EntryReason } from './reason.ts';

export function signReason(sign: Sign, layers: number, evidence: readonly Evidence[]): EntryReason {
  const { id, about } = sign;
  switch (id) {
    case 'fetch-and-run':
    case 'fetch-then-run':
      return { id, params: { url: about }, evidence };
    case 'decode-and-run':
      return { id, params: { layers }, evidence };
    case 'disguised-command':
      return { id, params: { command: about }, evidence };
    case 'reverse-shell':
    case 'opens-tunnel':
      return { id, params: { to: about }, evidence };
    case 'web-shell':
    case 'runs-stored-code':
    case 'encoded-command':
    case 'hidden-window':
      return { id, params: {}, evidence };
    case 'miner-command':
      return { id, params: { found: about }, evidence };
    case 'kills-rivals':
    case 'stops-protection':
    case 'hides':
    case 'clears-traces':
    case 'writes-persistence':
    case 'opens-account':
      return { id, params: { what: about }, evidence };
  }
}
