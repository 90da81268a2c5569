/** What several files of traps begin with: a file that was left, and the guesser who left it. */
import { accepted, failures, left, read } from '../../src/incident/incident.fixture.ts';

export const dropped = { files: [left('/root/.x/run.sh', '2024-03-10 02:33:00')] };
export const days = ['03', '04', '05', '06', '07', '08', '09', '10'] as const;
export const bySshAsRoot = read(
  failures('2024-03-10 02:00:00', 90, 20, ['192.0.2.200'], ['root', 'admin', 'pi']) +
    accepted('2024-03-10 02:31:00', 'root', '192.0.2.200'),
);
export const throughSsh = {
  vector: 'ssh-brute-force',
  grade: 'confirmed',
  account: 'root',
  attackers: ['192.0.2.200'],
} as const;
