//! What a command reads that can apply fixes. It is read again for each round of fixes, with their changes in memory.

use std::path::{Path, PathBuf};

use super::config::LoadedConfig;
use super::{
    Outcome, add_settings_replacing, expanded, keep_going_replacing, load_replacing, read_inputs,
    read_text_replacing, refused,
};
use crate::cli::{CheckArgs, ConfigArgs, Inputs, OrderArgs};
use crate::config::{Config, Profile};
use crate::load::limits::Limits;
use crate::load::{Input, Replaced};
use crate::report::layout::Style;
use crate::session::Session;
use crate::source::FileName;

/// The inputs and the files that go with them.
pub(super) struct Reading<'a> {
    pub(super) inputs: Vec<Input>,
    /// The activation order.
    pub(super) order: Option<&'a Path>,
    /// The folders in which files may change; `None` for any file.
    pub(super) within: Option<&'a [PathBuf]>,
    args: &'a Inputs,
    config: &'a ConfigArgs,
    /// The settings files: those of the configuration if the list is empty. `None` for no settings.
    settings: Option<&'a [PathBuf]>,
    select: &'a [String],
    profile: Option<Profile>,
    keeps_going: bool,
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
    /// What `check` reads. Stdin can be read only once, so this reads it.
    pub(super) fn of_check(args: &'a CheckArgs, style: Style) -> Result<Self, Outcome> {
        Ok(Reading {
            inputs: read_inputs(&args.inputs.paths, args.inputs.limits.limits())?,
            order: None,
            within: args.fixes.within.as_deref(),
            args: &args.inputs,
            config: &args.config,
            settings: Some(&args.settings),
            select: &args.selection.select,
            profile: args.profile,
            keeps_going: args.keep_going,
            style,
        })
    }

    /// What `order --check` reads. Deployment settings may contain other orders, so they are left out.
    pub(super) fn of_order(args: &'a OrderArgs, order: &'a Path, style: Style) -> Result<Self, Outcome> {
        Ok(Reading {
            inputs: read_inputs(&args.inputs.paths, args.inputs.limits.limits())?,
            order: Some(order),
            within: None,
            args: &args.inputs,
            config: &args.config,
            settings: None,
            select: &[],
            profile: None,
            keeps_going: false,
            style,
        })
    }

    pub(super) fn limits(&self) -> Limits {
        self.args.limits.limits()
    }

    /// Reads everything. The files in `replaced` have other contents.
    pub(super) fn open(&self, replaced: &Replaced) -> Result<Opened, Outcome> {
        let Reading { args, style, .. } = *self;
        let loaded = LoadedConfig::read_replacing(self.config, args, replaced, style)?;
        let configuration = loaded.name().cloned();
        let mut session = if self.keeps_going {
            keep_going_replacing(self.inputs.clone(), args, replaced)?
        } else {
            load_replacing(self.inputs.clone(), args, replaced)?
        };
        let settings = match self.settings {
            None => Vec::new(),
            Some([]) => loaded.settings_files(self.limits(), style)?,
            Some(settings) => settings.to_vec(),
        };
        add_settings_replacing(&mut session, &settings, args, replaced, style)?;
        if let Some(order) = self.order {
            let text = read_text_replacing(order, args, replaced)?;
            session.set_order_text(text).map_err(|error| refused(&error, style))?;
        }
        session.configure(configured(loaded.config, self.select, self.profile));
        // They were read, so the patterns can be expanded.
        let settings = expanded(&settings, self.limits()).unwrap_or_default();
        Ok(Opened { session, configuration, settings })
    }
}

/// The configuration with what the options add to it.
pub(super) fn configured(config: Config, select: &[String], profile: Option<Profile>) -> Config {
    let config = config.with_rules(select.to_vec());
    match profile {
        Some(profile) => config.with_profile(profile),
        None => config,
    }
}
