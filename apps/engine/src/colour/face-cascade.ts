interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
  weight: number;
}

/** A weighted sum of rectangles of the 20 x 20 window, compared with a threshold; children <= 0 are leaves. */
interface Node {
  left: number;
  right: number;
  threshold: number;
  rectangles: Rectangle[];
}

interface Tree {
  nodes: Node[];
  leaves: Float32Array;
}

/** One after the other, each sorts out windows that are no face. */
export interface Stage {
  threshold: number;
  trees: Tree[];
}

export interface FaceCascade {
  /** Side of the window in pixels. */
  window: number;
  stages: Stage[];
}

/** Reads what bench/colour/train/convert-cascade.py wrote. */
export function decodeFaceCascade(base64: string): FaceCascade {
  const file = Buffer.from(base64, 'base64');
  let at = 0;
  const byte = (): number => file.readUInt8(at++);
  const child = (): number => file.readInt8(at++);
  const short = (): number => file.readUInt16LE((at += 2) - 2);
  const float = (): number => file.readFloatLE((at += 4) - 4);
  const many = <Item>(count: number, read: () => Item): Item[] => Array.from({ length: count }, read);
  const node = (): Node => {
    const [left, right, threshold] = [child(), child(), float()];
    const rectangles = many(byte(), () => ({
      x: byte(),
      y: byte(),
      width: byte(),
      height: byte(),
      weight: float(),
    }));
    return { left, right, threshold, rectangles };
  };
  const tree = (): Tree => {
    const [nodeCount, leafCount] = [byte(), byte()];
    return { nodes: many(nodeCount, node), leaves: Float32Array.from(many(leafCount, float)) };
  };
  const stageCount = short();
  const window = short();
  const stages = many(stageCount, () => {
    const treeCount = short();
    return { threshold: float(), trees: many(treeCount, tree) };
  });
  return { window, stages };
}
