/** Why what could not be looked at is not planned. */
import type { Stop } from '../../model/ledger.ts';
import type { Refusal } from '../../model/plan.ts';

export function stopRefusal({ id }: Stop): Refusal {
  switch (id) {
    case 'missing':
      return 'not-there';
    case 'through-link':
      return 'through-link';
    case 'other-type':
    case 'too-large':
      return 'unsupported';
    default:
      return 'not-readable';
  }
}
