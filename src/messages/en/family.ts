import type { FamilyTexts } from '../family.ts';
import { kinds } from './indicator-kinds.ts';

export const family: FamilyTexts = {
  kinds,
  note: 'A name helps to look up what else such an intruder does. It proves nothing by itself: names are copied, and planted to mislead.',
  leads: ({ count }) =>
    count === 1 ? '1 lead, too little to name it' : `${count} leads, too little to name them`,
  indicators: 'What tells it',
  labels: { kind: 'Kind', value: 'Indicator', weight: 'Weight', seen: 'Seen here', saidBy: 'Who says so' },
  weights: { alone: 'of it alone', typical: 'typical', adds: 'only adds', shared: 'others use it too' },
  certain: ({ percent }) => `${percent} certain`,
  rivals: ({ names }) => `There as well, by their traces: ${names}`,
};
