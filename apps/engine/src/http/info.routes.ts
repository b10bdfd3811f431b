import type { ObjectInfoResponse, SystemStats } from '@app/comfyui';
import { Router } from 'express';
import { totalmem } from 'node:os';
import { ENGINE_VERSION, FEATURES, PROTOCOL_VERSION, type EngineParts } from '../engine-parts.js';
import { objectInfo } from '../nodes/object-info.js';

/** The model folders that exist, all of them empty: the engine's model is a setting, not a choice. */
const MODEL_FOLDERS = ['checkpoints', 'ddcolor'];

/** What is asked for by the ComfyUI page and by scripts, and is empty here. */
const EMPTY_LISTS = ['/embeddings', '/extensions'];
const EMPTY_OBJECTS = [
  '/settings',
  '/i18n',
  '/workflow_templates',
  '/global_subgraphs',
  '/node_replacements',
];

/** Everything about the server that only is to be read. */
export function infoRoutes({ registry, folders, colouriser }: EngineParts): Router {
  const router = Router();

  router.get('/system_stats', (_request, response) => {
    // In a container the limit of the container counts; without one the first number is 0 or out of all measure.
    const total = Math.min(process.constrainedMemory() || Infinity, totalmem());
    const free = Math.min(process.availableMemory(), total);
    const body: SystemStats = {
      system: {
        os: process.platform,
        ram_total: total,
        ram_free: free,
        comfyui_version: PROTOCOL_VERSION,
        required_frontend_version: '',
        installed_templates_version: null,
        required_templates_version: '',
        comfy_package_versions: [],
        python_version: `none (Node.js ${process.versions.node})`,
        pytorch_version: 'none',
        embedded_python: false,
        deploy_environment: 'built-in',
        // The real one holds command line paths.
        argv: [],
        built_in_engine: { version: ENGINE_VERSION, colouring: colouriser.colouring },
      },
      devices: [
        {
          name: 'cpu',
          type: 'cpu',
          index: null,
          vram_total: total,
          vram_free: free,
          torch_vram_total: total,
          torch_vram_free: free,
        },
      ],
    };
    response.json(body);
  });

  router.get('/features', (_request, response) => {
    response.json(FEATURES);
  });

  router.get('/object_info', async (_request, response) => {
    const infos: ObjectInfoResponse = {};
    for (const [className, node] of registry) infos[className] = await objectInfo(node, folders);
    response.json(infos);
  });

  router.get('/object_info/:className', async (request, response) => {
    const node = registry.get(request.params.className);
    response.json(node ? { [node.className]: await objectInfo(node, folders) } : {});
  });

  router.get('/models', (_request, response) => {
    response.json(MODEL_FOLDERS);
  });

  router.get('/models/:folder', (request, response) => {
    if (MODEL_FOLDERS.includes(request.params.folder)) response.json([]);
    else response.status(404).end();
  });

  router.get('/users', (_request, response) => {
    response.json({ storage: 'server', migrated: false });
  });

  for (const path of EMPTY_LISTS) router.get(path, (_request, response) => void response.json([]));
  for (const path of EMPTY_OBJECTS) router.get(path, (_request, response) => void response.json({}));
  return router;
}
