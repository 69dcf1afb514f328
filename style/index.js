import './base.css';
import './forms.css';
import './panel.css';
import './diff.css';
import './resumable.css';
import './snippets.css';
import './outputs.css';
