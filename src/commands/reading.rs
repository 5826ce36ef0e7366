//! What `flowvet check` reads. It is read again for each round of fixes, with their changes in memory.

use std::path::PathBuf;

use super::config::LoadedConfig;
use super::{Outcome, add_settings_replacing, expanded, load_replacing, read_inputs};
use crate::cli::CheckArgs;
use crate::load::{Input, Replaced};
use crate::report::layout::Style;
use crate::session::Session;
use crate::source::FileName;

/// The inputs, the settings and the configuration of a check.
pub(super) struct Reading<'a> {
    pub(super) args: &'a CheckArgs,
    pub(super) inputs: Vec<Input>,
    style: Style,
}

/// What was read.
pub(super) struct Opened {
    pub(super) session: Session,
    /// The configuration, if there is one.
    pub(super) configuration: Option<FileName>,
    /// The settings files.
    pub(super) settings: Vec<PathBuf>,
}

impl<'a> Reading<'a> {
    /// Finds the inputs. Stdin can be read only once, so this reads it.
    pub(super) fn of(args: &'a CheckArgs, style: Style) -> Result<Self, Outcome> {
        let inputs = read_inputs(&args.inputs.paths, args.inputs.limits.limits())?;
        Ok(Reading { args, inputs, style })
    }

    /// Reads everything. The files in `replaced` have other contents.
    pub(super) fn open(&self, replaced: &Replaced) -> Result<Opened, Outcome> {
        let Reading { args, style, .. } = *self;
        let loaded = LoadedConfig::read_replacing(&args.config, &args.inputs, replaced, style)?;
        let configuration = loaded.name().cloned();
        let mut session = load_replacing(self.inputs.clone(), &args.inputs, replaced)?;
        let settings = if args.settings.is_empty() {
            loaded.settings_files(args.inputs.limits.limits(), style)?
        } else {
            args.settings.clone()
        };
        add_settings_replacing(&mut session, &settings, &args.inputs, replaced, style)?;
        let config = loaded.config.with_rules(args.selection.select.clone());
        session.configure(match args.profile {
            Some(profile) => config.with_profile(profile),
            None => config,
        });
        // They were read, so the patterns can be expanded.
        let settings = expanded(&settings, args.inputs.limits.limits()).unwrap_or_default();
        Ok(Opened { session, configuration, settings })
    }
}
