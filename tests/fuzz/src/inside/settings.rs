//! Configurations of aggregate and of publish.

use crate::config::hold;

pub fn aggregate(data: &[u8]) {
    hold(data, |file| {
        let mut config = chassis::read_config::<aggregate::Config>(file)?;
        // Files of the machine are none of an input's business.
        config.factors.own = None;
        config.figures.temperatures = None;
        config.method()?;
        Ok(())
    });
}

pub fn publish(data: &[u8]) {
    hold(data, |file| {
        Ok(chassis::read_config::<publish::Config>(file)?.check()?)
    });
}
