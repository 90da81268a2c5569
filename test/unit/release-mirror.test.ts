import { describe, expect, test } from 'bun:test';
import { type Answer, archive, mirrorOf } from '../../scripts/release-mirror.ts';

const own = 'http://mirror.example.com/debian';
const of = (here: Answer, there: Answer = new Error('nobody asked')): ReturnType<typeof mirrorOf> =>
  mirrorOf('bullseye', own, (url) => {
    expect(url).toEndWith('/dists/bullseye/Release');
    return Promise.resolve(url.startsWith(own) ? here : there);
  });

describe('the mirror of a release that has ended', () => {
  test("is this machine's own, while it has it", async () => {
    expect(await of(200)).toBe(own);
  });

  test('is the archive when the own one says that it is gone', async () => {
    expect(await of(404, 200)).toBe(archive);
    expect(await of(410, 200)).toBe(archive);
  });

  test('is none when both lack it: their answers are what is known', async () => {
    const here = `${own}/dists/bullseye/Release`;
    const there = `${archive}/dists/bullseye/Release`;
    expect(await of(404, 404)).toEqual([`${here}: 404`, `${there}: 404`]);
    expect(await of(404, new Error('no route'))).toEqual([`${here}: 404`, `${there}: no answer`]);
  });

  test('is not known when the own one does not work: that is a failure, and no release is gone for it', async () => {
    await expect(of(503, 200)).rejects.toThrow('/dists/bullseye/Release: 503; is there a network?');
    await expect(of(new Error('no route'), 404)).rejects.toThrow('no route');
  });
});
