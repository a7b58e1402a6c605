//! STS: who calls.

use model::ids::AccountId;

use crate::reply::{Reply, XML, query_error};

/// The name of the role that every caller acts in.
const ROLE: &str = "SimulatedAdministrator";

/// Answers one form-encoded call.
pub(crate) fn answer(partition: &str, caller: &AccountId, action: &str) -> Reply {
    if action != "GetCallerIdentity" {
        let message = format!("the simulator does not know the STS action {action}");
        return query_error(400, action, "InvalidAction", &message);
    }
    let body = format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
         <Arn>arn:{partition}:sts::{caller}:assumed-role/{ROLE}/simulated</Arn>\
         <UserId>AROASIMULATED{caller}:simulated</UserId><Account>{caller}</Account>\
         </GetCallerIdentityResult><ResponseMetadata><RequestId>simulated</RequestId></ResponseMetadata>\
         </GetCallerIdentityResponse>"
    );
    Reply::new(200, action).with_body(XML, body)
}
