import axe from 'axe-core';
import { assert } from 'chai';
import { decodeQR } from 'qr/decode.js';
import './qr-code.ts';
import type { QrCode } from './qr-code.ts';

describe('QR code', () => {
  let element: QrCode;
  const show = async (text: string): Promise<void> => {
    element.text = text;
    await element.updateComplete;
  };

  beforeEach(() => {
    element = document.createElement('lk-qr-code');
    element.label = 'Code for the authenticator';
    document.body.append(element);
  });
  afterEach(() => element.remove());

  /** What a camera would see, read by another library than the one that drew it. */
  async function read(): Promise<string> {
    const drawing = element.shadowRoot!.querySelector('svg')!;
    const image = new Image();
    const copy = drawing.cloneNode(true) as SVGElement;
    copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
    image.src = `data:image/svg+xml,${encodeURIComponent(copy.outerHTML)}`;
    await image.decode();
    const side = 400;
    const canvas = new OffscreenCanvas(side, side).getContext('2d')!;
    canvas.fillStyle = getComputedStyle(element).backgroundColor;
    canvas.fillRect(0, 0, side, side);
    canvas.drawImage(image, 0, 0, side, side);
    return decodeQR(canvas.getImageData(0, 0, side, side));
  }

  it('G5 can be read, in short and long, and follows its text', async () => {
    const uri = 'otpauth://totp/Latchkey:anna%40example.com?issuer=Latchkey&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
    for (const text of ['https://hub.example/join#123456789', uri, `${uri}&more=${'Grüße '.repeat(20)}`]) {
      await show(text);
      assert.equal(await read(), text);
    }
  });

  it('says what it is, and is silent where there is too much', async () => {
    await show('a');
    const { violations } = await axe.run(element);
    assert.deepEqual(violations, []);
    assert.equal(element.shadowRoot!.querySelector('[role=img]')!.getAttribute('aria-label'), element.label);
    await show('x'.repeat(3000));
    assert.isTrue(element.tooLong);
    assert.equal(getComputedStyle(element).display, 'none');
    await show('a');
    assert.equal(await read(), 'a');
  });
});
