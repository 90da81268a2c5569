import { expect, spyOn, test } from 'bun:test';
import { recordedNative } from '../native/recorded.ts';
import { Sweeper } from './sweeper.ts';

const megabyte = 1 << 20;

/** Memory as it is told, one look after the other; how often was collected and let go. */
function swept(looks: readonly { readonly anonymous: number; readonly resident: number }[], sweeps: number) {
  let at = 0;
  let released = 0;
  const collect = spyOn(Bun, 'gc').mockImplementation(() => undefined);
  const native = recordedNative({
    ownMemory: () => {
      const look = looks[Math.min(at, looks.length - 1)] ?? { anonymous: 0, resident: 0 };
      at += 1;
      return {
        status: 'ok',
        value: { anonymous: look.anonymous * megabyte, resident: look.resident * megabyte },
      };
    },
    releaseOwnPages: () => {
      released += 1;
      return 1;
    },
  });
  try {
    const sweeper = new Sweeper(native);
    for (let sweep = 0; sweep < sweeps; sweep += 1) sweeper.sweep();
    return { collected: collect.mock.calls.length, released };
  } finally {
    collect.mockRestore();
  }
}

test('memory that grew and stays in use is collected once, not at every part of a scan', () => {
  const small = { anonymous: 10, resident: 40 };
  const grown = { anonymous: 60, resident: 100 };
  expect(swept([small, grown], 50)).toEqual({ collected: 1, released: 1 });
});

test('each further growth is collected, and what does not grow is left alone', () => {
  const looks = [10, 40, 40, 44, 80, 80, 84].map((anonymous) => ({ anonymous, resident: 60 }));
  expect(swept(looks, 5)).toEqual({ collected: 2, released: 2 });
  expect(swept([{ anonymous: 10, resident: 60 }], 50)).toEqual({ collected: 0, released: 0 });
});

test('pages of the executable go again only after some came back', () => {
  const flat = { anonymous: 10, resident: 90 };
  expect(swept([flat], 50)).toEqual({ collected: 0, released: 1 });
  const back = [90, 90, 80, 80, 84, 80].map((resident) => ({ anonymous: 10, resident }));
  expect(swept(back, 4).released).toBe(2);
});
