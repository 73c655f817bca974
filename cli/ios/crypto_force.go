package ios

import "axle/cli/grammar"

// cryptoInForce are the commands of protection that the router acts on.
func cryptoInForce() []*grammar.Command {
	return []*grammar.Command{
		ikev2ProposalCmd, proposalEncryption, proposalIntegrity, proposalPRF, proposalGroup, proposalPQC,
		ikev2PolicyCmd, policyFVRF, policyLocal, policyProposal,
		ikev2KeyringCmd, ikev2Peer, peerText, peerAddress, peerIdentity, peerKey, peerKeyLocal, peerKeyRemote,
		ikev2Profile, profileText, profileLocal, profileFVRF, profileAddress, profileFQDN, profileEmail, profileKeyID, profileAny,
		profileIdentity, profileRemotePSK, profileRemoteRSA, profileRemoteECDSA, profileTrust, profileCertificate, profileLocalAuth, profileKeyring, profileLifetime, profileDPD, profileNAT, profileEncap,
		profileContact, profileShutdown,
		ikev2DPD, ikev2Fragmentation, ikev2NAT, ikev2MaxSA, ikev2MaxNegotiation, ikev2Cookie, cryptoLogSession,

		keyringCmd, keyringText, keyringLocal, keyringKey, keyringKey6, keyringKeyName,
		isakmpPolicyCmd, policyEncryption, policyHash, policyAuth, policyGroup, policyLifetime,
		isakmpKey, isakmpAlive, isakmpNAT, isakmpSPIRecovery, isakmpNoAggressive, isakmpIdentity, isakmpEnable, isakmpDefaults,
		isakmpProfile, isakmpKeyring, isakmpTrust, isakmpSelf, isakmpAddress, isakmpAddress6, isakmpHost, isakmpUser, isakmpUserFQDN,
		isakmpProfileAlive, isakmpInitiate, isakmpLocal,

		ipsecKilobytes, ipsecSeconds, ipsecReplay, ipsecIdle, ipsecNAT,
		noDefaultTransform, transformSet, transformMode, transformESN,
		noDefaultProfile, ipsecProfile, ipsecText, setKilobytes, setSeconds, setDays, setIdle, setReplay, setTransforms, setPFS,
		setIsakmpProfile, setIKEv2Profile, setResponder,
		tunnelProtection,
	}
}
