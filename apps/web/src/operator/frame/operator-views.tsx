import { Route, Routes } from 'react-router';
import { NotFoundPage } from '../../app/not-found-page.js';
import { DeliveriesView } from '../deliveries/deliveries-view.js';
import { FailedView } from '../failed/failed-view.js';
import { LogView } from '../log/log-view.js';
import { OverviewView } from '../overview/overview-view.js';
import { OperatorPhotoView } from '../photo/operator-photo-view.js';
import { RunbookView } from '../runbook/runbook-view.js';
import { SearchView } from '../search/search-view.js';
import { WorkflowsView } from '../workflows/workflows-view.js';

/** What is behind each address below `#/operator`. */
export function OperatorViews() {
  return (
    <Routes>
      <Route index element={<OverviewView />} />
      <Route path="failed" element={<FailedView />} />
      <Route path="photos" element={<SearchView />} />
      <Route path="photos/:taskId" element={<OperatorPhotoView />} />
      <Route path="deliveries" element={<DeliveriesView />} />
      <Route path="workflows" element={<WorkflowsView />} />
      <Route path="log" element={<LogView />} />
      <Route path="runbook/:anchor?" element={<RunbookView />} />
      <Route path="*" element={<NotFoundPage />} />
    </Routes>
  );
}
