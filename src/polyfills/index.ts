// First of all: on an engine that cannot run the app, what comes next may already fail.
import './required';
import './language';
import './web';
