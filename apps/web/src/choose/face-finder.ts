import { env, TinyFaceDetector, TinyFaceDetectorOptions, tf } from '@vladmandic/face-api';
import manifestUrl from '@vladmandic/face-api/model/tiny_face_detector_model-weights_manifest.json?url';
import weightsUrl from '@vladmandic/face-api/model/tiny_face_detector_model.bin?url';
import type { Sight } from './suggestion.js';

/** Side of the square that the detector looks at, in pixels (docs/adr/0008-face-suggestion.md has the figures). */
const SIDE = 416;
const MIN_SCORE = 0.35;

/** Left out of the package's own types. Answers false for a backend that cannot start here. */
const backends = tf as unknown as { setBackend(name: 'webgl' | 'cpu'): Promise<boolean> };

/** Finds faces in photos; runs in a worker. Keeps no more than one picture of some hundred kilobytes in memory. */
export class FaceFinder {
  private readonly pen: OffscreenCanvasRenderingContext2D;

  private constructor(private readonly detector: TinyFaceDetector) {
    const canvas = new OffscreenCanvas(SIDE, SIDE);
    this.pen = canvas.getContext('2d', { alpha: false, willReadFrequently: true })!;
  }

  /** Loads the model (some 200 kB) and starts on the graphics processor where there is one. */
  static async load(): Promise<FaceFinder> {
    standInForPage();
    if (!(await backends.setBackend('webgl'))) await backends.setBackend('cpu');
    const [[manifest], weights] = await Promise.all([
      load(manifestUrl).then((answer) => answer.json() as Promise<[tf.io.WeightsManifestConfig[number]]>),
      load(weightsUrl).then((answer) => answer.arrayBuffer()),
    ]);
    const detector = new TinyFaceDetector();
    detector.loadFromWeightMap(tf.io.decodeWeights(weights, manifest.weights));
    return new FaceFinder(detector);
  }

  /** `unknown` where this browser cannot show the photo. Throws where the detector itself does not work. */
  async look(photo: Blob): Promise<Sight> {
    const picture = await createImageBitmap(photo, { resizeWidth: SIDE, resizeQuality: 'medium' }).catch(
      () => null,
    );
    if (picture === null) return 'unknown';
    const scale = SIDE / Math.max(picture.width, picture.height);
    // Always the same square, since the graphics processor keeps memory for each size it has met.
    this.pen.fillRect(0, 0, SIDE, SIDE);
    this.pen.drawImage(picture, 0, 0, picture.width * scale, picture.height * scale);
    picture.close();
    const pixels = tf.browser.fromPixels(this.pen.getImageData(0, 0, SIDE, SIDE));
    try {
      const options = new TinyFaceDetectorOptions({ inputSize: SIDE, scoreThreshold: MIN_SCORE });
      return (await this.detector.locateFaces(pixels, options)).length > 0 ? 'face' : 'no_face';
    } finally {
      pixels.dispose();
    }
  }
}

async function load(address: string): Promise<Response> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} answers ${answer.status}.`);
  return answer;
}

/** The library asks whether it is given an <img> or a <video>, which a worker does not know. */
function standInForPage(): void {
  class NoElement {}
  const nothing = (): never => {
    throw new Error('A worker has no elements and no files.');
  };
  env.setEnv({
    Canvas: OffscreenCanvas as never,
    CanvasRenderingContext2D: OffscreenCanvasRenderingContext2D as never,
    Image: NoElement as never,
    Video: NoElement as never,
    ImageData,
    createCanvasElement: nothing,
    createImageElement: nothing,
    createVideoElement: nothing,
    fetch: (url, init) => fetch(url, init),
    readFile: nothing,
  });
}
