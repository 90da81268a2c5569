import { describe, expect, test } from 'bun:test';
import { parseDrmFdinfo } from './drm-fdinfo.ts';

const parse = (text: string): ReturnType<typeof parseDrmFdinfo> =>
  parseDrmFdinfo(Buffer.from(text, 'latin1'));

describe('drm fdinfo', () => {
  test('memory of all regions and time of all engines are summed', () => {
    expect(
      parse(
        'pos:\t0\nflags:\t02100002\ndrm-driver:\tamdgpu\ndrm-client-id:\t42\ndrm-pdev:\t0000:03:00.0\n' +
          'drm-memory-vram:\t5242880 KiB\ndrm-memory-gtt: \t1024 KiB\ndrm-memory-cpu:\t0 KiB\n' +
          'drm-engine-gfx:\t1000 ns\ndrm-engine-compute:\t2000 ns\ndrm-engine-capacity-compute:\t4\n',
      ),
    ).toEqual({
      driver: 'amdgpu',
      device: '0000:03:00.0',
      client: 42,
      memory: 5_242_880 * 1024 + 1024 * 1024,
      engineNs: 3000,
    });
  });

  test('where both spellings are there, resident memory counts once', () => {
    expect(
      parse('drm-driver: xe\ndrm-memory-vram: 8 MiB\ndrm-total-vram: 9 MiB\ndrm-resident-vram: 8 MiB\n')
        ?.memory,
    ).toBe(8 * 1024 * 1024);
  });

  test('another descriptor is no client, and wild values count nothing', () => {
    expect(parse('pos:\t0\nflags:\t02\n')).toBeUndefined();
    expect(parse('')).toBeUndefined();
    expect(
      parse('drm-driver: x\ndrm-client-id: y\ndrm-memory-a: 99999999999999999999 KiB\ndrm-engine-a: -5 ns\n'),
    ).toMatchObject({ client: -1, memory: 0, engineNs: 0 });
  });
});
