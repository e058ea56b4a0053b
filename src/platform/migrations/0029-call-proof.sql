-- Whether a real call was ever answered at a site is asked with every look at it.
create index attempt_proof on attempt (site_id, ended_at) where medium = 'voice' and outcome = 'confirmed' and simulated = false;
